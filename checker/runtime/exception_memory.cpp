#include "runtime/exception_memory.hpp"

#include <cstring>
#include <string_view>

#include <cxxabi.h>
#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include "runtime/arena.hpp"
#include "runtime/hooks.hpp"
#include "runtime/import.hpp"

namespace heddle::runtime::exception_memory {
namespace {

// Below the slices (memory.hpp), a part for each thread.
constexpr std::uint64_t base = 0xE000000000, shift = 24, part = std::uint64_t{1} << shift;
static_assert(base + max_threads * part <= slice::base);

std::uint32_t used[max_threads], mapped[max_threads];
std::uint32_t used_threads[max_threads], used_count = 0;

} // namespace

void* allocate(std::size_t size) {
    const std::uint32_t thread = current().number;
    const std::uint64_t start = base + thread * part;
    size = (size + 15) & ~std::size_t{15};
    if (size > part - used[thread]) return nullptr;
    if (const auto end = std::uint32_t(used[thread] + size); end > mapped[thread]) {
        constexpr std::uint32_t step = 64 << 10;
        const std::uint32_t to = (end + step - 1) & ~(step - 1);
        if (!map_pages(start + mapped[thread], start + to)) return nullptr;
        mapped[thread] = to;
    }
    if (used[thread] == 0) used_threads[used_count++] = thread;
    void* const block = reinterpret_cast<void*>(start + used[thread]);
    used[thread] += std::uint32_t(size);
    return block;
}

bool holds(const void* block) { return reinterpret_cast<std::uint64_t>(block) - base < max_threads * part; }

void reset() {
    for (std::uint32_t i = 0; i < used_count; ++i) {
        const std::uint32_t thread = used_threads[i];
        std::memset(reinterpret_cast<void*>(base + thread * part), 0, used[thread]);
        used[thread] = 0;
    }
    used_count = 0;
}

bool is_text_of_exception(std::uint64_t pc) {
    // std::string::_Rep::_S_create of the old strings, which standard exceptions still hold. A program that uses such strings
    // itself calls their functions, and theirs are its own memory.
    static const auto create = [] {
        struct Function {
            std::uint64_t start = 0, size = 0;
        } function;
        void* const address = dlsym(RTLD_NEXT, "_ZNSs4_Rep9_S_createEmmRKSaIcE");
        Dl_info info;
        const Elf64_Sym* symbol = nullptr;
        if (address && dladdr1(address, &info, reinterpret_cast<void**>(const_cast<Elf64_Sym**>(&symbol)), RTLD_DL_SYMENT) && symbol)
            function = {reinterpret_cast<std::uint64_t>(address), symbol->st_size};
        return function;
    }();
    if (!on_fiber()) return false;
    if (const Fiber& fiber = current(); fiber.followed_count && fiber.followed[fiber.followed_count - 1].goes_on_at)
        pc = fiber.followed[fiber.followed_count - 1].goes_on_at; // the call returns to the trampoline (follow.hpp)
    if (pc - create.start >= create.size) return false;
    const Import* const import = current().imported;
    const std::string_view name = import ? import->name : "";
    return !name.starts_with("_ZNSs") && !name.starts_with("_ZNKSs");
}

} // namespace heddle::runtime::exception_memory

using namespace heddle::runtime;

namespace {

/// What the C++ runtime keeps in front of an exception: libsupc++'s __cxa_refcounted_exception.
constexpr std::size_t header = 128;

} // namespace

extern "C" void* heddle_cxa_allocate_exception(std::size_t size) {
    if (from_fiber())
        if (void* block = exception_memory::allocate(size + header)) return static_cast<char*>(block) + header;
    return abi::__cxa_allocate_exception(size);
}

extern "C" void heddle_cxa_free_exception(void* exception) {
    if (!exception_memory::holds(exception)) abi::__cxa_free_exception(exception);
}
