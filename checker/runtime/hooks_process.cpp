// The process around the program: how it ends, its exceptions, its thread-local storage and errno.

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <typeinfo>

#include <cxxabi.h>

#include "program/module.hpp"
#include "runtime/exception_memory.hpp"
#include "runtime/follow.hpp"
#include "runtime/hooks.hpp"
#include "runtime/memory.hpp"

using namespace heddle;
using namespace heddle::runtime;

extern "C" void* __tls_get_addr(void* index);

namespace {

struct TlsIndex {
    std::size_t module, offset;
};

} // namespace

extern "C" void* heddle_tls_get_addr(TlsIndex* index) {
    if (on_fiber() && index->module == program::Module::loaded()->tls_module_id())
        return current().tls + index->offset;
    return __tls_get_addr(index);
}

extern "C" int* heddle_errno_location() { return on_fiber() ? &current().error_number : &errno; }

// What has nothing to do here.
extern "C" int heddle_return_zero() { return 0; }

// Endings that are violations; the others are in exit_functions.cpp.

extern "C" void heddle_abort() { fail(Verdict::crash, HEDDLE_PC, "abort() was called"); }

extern "C" void heddle_assert_fail(const char* expression, const char*, unsigned, const char* function) {
    if (function) fail(Verdict::assertion, HEDDLE_PC, "Assertion `%s' failed in %s", expression, function);
    fail(Verdict::assertion, HEDDLE_PC, "Assertion `%s' failed", expression);
}

extern "C" void heddle_glibcxx_assert_fail(const char*, int, const char* function, const char* condition) {
    fail(Verdict::assertion, HEDDLE_PC, "Assertion `%s' failed in %s", condition, function ? function : "the library");
}

extern "C" void heddle_pure_virtual() { fail(Verdict::crash, HEDDLE_PC, "a pure virtual function was called"); }

extern "C" void heddle_stack_chk_fail() {
    fail(Verdict::memory, HEDDLE_PC, "a local array was overrun (stack smashing detected)");
}

// Exceptions. libstdc++ does the work; the objects, which it writes in segments of any thread (a rethrown exception's count of
// handlers, for one), lie in memory of their own, and who threw is remembered for the report.
// Allocation is interposed for libstdc++ itself too, which frees what the program allocates.

namespace {

/// What libstdc++ allocates for an exception that is thrown again.
constexpr std::size_t dependent_exception = 112;

} // namespace

extern "C" void* heddle_cxa_allocate_exception(std::size_t size);

extern "C" void* __cxa_allocate_exception(std::size_t size) noexcept {
    static void* (*cached)(std::size_t) = nullptr;
    if (from_fiber()) return heddle_cxa_allocate_exception(size);
    return real(cached, "__cxa_allocate_exception")(size);
}

extern "C" void __cxa_free_exception(void* object) noexcept {
    static void (*cached)(void*) = nullptr;
    if (!exception_memory::holds(object)) real(cached, "__cxa_free_exception")(object);
}

extern "C" abi::__cxa_dependent_exception* __cxa_allocate_dependent_exception() noexcept {
    static void* (*cached)() = nullptr;
    void* block = from_fiber() ? exception_memory::allocate(dependent_exception) : nullptr;
    if (!block) block = real(cached, "__cxa_allocate_dependent_exception")();
    if (!block) std::terminate();
    return static_cast<abi::__cxa_dependent_exception*>(block);
}

extern "C" void __cxa_free_dependent_exception(abi::__cxa_dependent_exception* object) noexcept {
    static void (*cached)(void*) = nullptr;
    if (!exception_memory::holds(object)) real(cached, "__cxa_free_dependent_exception")(object);
}

namespace {

[[noreturn]] void report_termination(std::uint64_t pc) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    if (!type)
        fail(Verdict::crash, pc, "std::terminate was called (a joinable std::thread destroyed or assigned to?)");
    int status = 0;
    const char* name = nullptr;
    {
        EngineScope scope; // the buffer comes from libc's malloc anyway; nothing here is the program's
        name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
    }
    if (!name) name = type->name();
    try {
        throw;
    } catch (const std::exception& exception) {
        fail(Verdict::exception, pc, "uncaught exception of type %s: %s", name, exception.what());
    } catch (...) {
        fail(Verdict::exception, pc, "uncaught exception of type %s", name);
    }
}

std::terminate_handler default_handler = nullptr;

void on_terminate() {
    if (!from_fiber()) {
        default_handler();
        std::abort();
    }
    const std::uint64_t thrown = current().throw_pc;
    report_termination(abi::__cxa_current_exception_type() ? thrown : program_pc(0));
}

[[maybe_unused]] const bool installed = (default_handler = std::set_terminate(on_terminate), true);

} // namespace

extern "C" void heddle_terminate() {
    if (!from_fiber()) std::terminate();
    report_termination(HEDDLE_PC);
}

extern "C" void heddle_cxa_throw(void* object, std::type_info* type, void (*destructor)(void*)) {
    current().throw_pc = HEDDLE_PC;
    follow_no_further();
    abi::__cxa_throw(object, type, destructor);
}

extern "C" void heddle_cxa_rethrow() {
    current().throw_pc = HEDDLE_PC;
    follow_no_further();
    abi::__cxa_rethrow();
}
