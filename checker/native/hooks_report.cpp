// What a program can ask about a finding that it is being told of, and about addresses: the queries of the race detectors'
// debugging interface, and the symbolizer.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

#include <dlfcn.h>
#include <unistd.h>

#include "native/accesses.hpp"
#include "native/callbacks.hpp"
#include "native/heap.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/real.hpp"
#include "native/recorder.hpp"
#include "program/module.hpp"

namespace heddle::native {
namespace {

using Address = unsigned long;

const Found* of(void* report) { return static_cast<const Found*>(report); }
void* current() { return const_cast<Found*>(current_report()); }

template <typename Value>
void give(Value* to, std::type_identity_t<Value> value) {
    if (to) *to = value;
}

/// Zeros follow the last call.
void give_stack(void** trace, Address size, const Stack& stack) {
    if (!trace) return;
    std::fill_n(trace, size, nullptr);
    for (std::uint32_t i = 0; i < stack.count && i + 1 < size; ++i) trace[i] = reinterpret_cast<void*>(stack.pcs[i] - 1);
}

bool is_race(const Found& found) { return found.kind == FoundKind::race; }
int accesses_of(const Found& found) { return is_race(found) ? 2 : 0; }
int stacks_of(const Found& found) { return is_race(found) ? 0 : found.kind == FoundKind::lock_cycle ? static_cast<int>(found.edge_count) : 1; }
int threads_of(const Found& found) { return is_race(found) ? 2 : 1; }

/// The locks of the finding: those that were held, those of a cycle, or the one that was misused.
int locks_of(const Found& found, std::uint64_t (&locks)[8]) {
    int count = 0;
    const auto add = [&](std::uint64_t lock) {
        if (lock && count < 8 && std::find(locks, locks + count, lock) == locks + count) locks[count++] = lock;
    };
    for (std::uint32_t i = 0; i < found.edge_count; ++i) add(found.edge[i].held);
    if (is_race(found))
        for (const FoundAccess& access : found.access)
            for (std::uint32_t i = 0; i < access.lock_count; ++i) add(access.locks[i]);
    if (found.kind == FoundKind::misuse) add(found.address);
    return count;
}

int report_data(void* report, const char** description, int* count, int* stacks, int* accesses, int* places, int* locks,
                int* threads, int* numbers, void** sleep, Address size) {
    const Found& found = *of(report);
    std::uint64_t all[8];
    give(description, interface_name(found)), give(count, 0), give(stacks, stacks_of(found)), give(accesses, accesses_of(found));
    give(places, is_race(found)), give(locks, locks_of(found, all)), give(threads, threads_of(found)), give(numbers, threads_of(found));
    give_stack(sleep, size, {});
    return 1;
}
int report_tag(void*, Address* tag) {
    give(tag, 0);
    return 1;
}
int report_stack(void* report, Address i, void** trace, Address size) {
    const Found& found = *of(report);
    if (i >= static_cast<Address>(stacks_of(found))) return 0;
    give_stack(trace, size, found.kind == FoundKind::lock_cycle ? found.edge[i].acquired_at : found.access[0].stack);
    return 1;
}
int report_access(void* report, Address i, int* thread, void** address, int* size, int* write, int* atomic, void** trace, Address room) {
    const Found& found = *of(report);
    if (i >= static_cast<Address>(accesses_of(found))) return 0;
    const FoundAccess& access = found.access[i];
    give(thread, static_cast<int>(access.thread)), give(address, reinterpret_cast<void*>(access.address));
    give(size, static_cast<int>(access.size)), give(write, access.write), give(atomic, access.atomic);
    give_stack(trace, room, access.stack);
    return 1;
}
int report_place(void* report, Address i, const char** type, void** address, Address* start, Address* size, int* thread, int* file,
                 int* suppressable, void** trace, Address room) {
    const Found& found = *of(report);
    if (i >= 1 || !is_race(found)) return 0;
    const bool heap = found.block.size, stack = !heap && found.stack_owner != ~0u;
    give(type, heap ? "heap" : stack ? "stack" : "global"), give(address, reinterpret_cast<void*>(found.address));
    give(start, heap ? found.block.start : found.address), give(size, heap ? found.block.size : 0);
    give(thread, heap ? static_cast<int>(found.block.thread) : stack ? static_cast<int>(found.stack_owner) : 0);
    give(file, 0), give(suppressable, 0);
    give_stack(trace, room, found.block.allocated);
    return 1;
}
int report_place_type(void*, Address i, const char** type) {
    give(type, "");
    return i < 1;
}
int report_lock(void* report, Address i, Address* number, void** address, int* destroyed, void** trace, Address room) {
    std::uint64_t all[8];
    if (i >= static_cast<Address>(locks_of(*of(report), all))) return 0;
    give(number, i), give(address, reinterpret_cast<void*>(all[i])), give(destroyed, 0);
    give_stack(trace, room, {});
    return 1;
}
int report_thread(void* report, Address i, int* thread, unsigned long long* system, int* running, const char** name, int* parent,
                  void** trace, Address room) {
    const Found& found = *of(report);
    if (i >= static_cast<Address>(threads_of(found))) return 0;
    const FoundThread& one = found.thread[found.kind == FoundKind::leak ? 1 : i];
    const Thread* known = thread_numbered(one.serial);
    give(thread, static_cast<int>(one.serial)), give(system, known ? known->system_id : 0), give(running, known && !known->ended);
    give(name, nullptr), give(parent, static_cast<int>(one.parent));
    give_stack(trace, room, one.created);
    return 1;
}
int report_thread_number(void* report, Address i, int* thread) {
    if (i >= static_cast<Address>(threads_of(*of(report)))) return 0;
    give(thread, static_cast<int>(of(report)->thread[i].serial));
    return 1;
}

// --- addresses ---

void put_text(char* to, std::size_t room, const std::string& text) {
    if (!to || !room) return;
    const std::size_t size = std::min(room - 1, text.size());
    std::memcpy(to, text.data(), size);
    to[size] = 0;
}

const program::Symbols* symbols() {
    const program::Module* module = program::Module::loaded();
    return module ? &module->symbols() : nullptr;
}

const char* locate(Address address, char* name, Address room, Address* start, Address* size) {
    const Inside inside;
    put_text(name, room, "");
    give(start, 0), give(size, 0);
    Block block;
    if (find_block(address, block) && !block.freed) return give(start, block.start), give(size, block.size), "heap";
    for (std::uint32_t serial = 0, count = thread_count(); serial < count; ++serial)
        if (const Thread* thread = thread_numbered(serial);
            thread && !thread->ended && address - thread->stack_low < thread->stack_high - thread->stack_low)
            return give(start, thread->stack_low), give(size, thread->stack_high - thread->stack_low), "stack";
    if (address - module_begin < module_end - module_begin) {
        put_text(name, room, symbols()->object_at(address));
        give(start, address);
        return "global";
    }
    Dl_info info;
    if (dladdr(reinterpret_cast<void*>(address), &info)) {
        if (info.dli_sname) put_text(name, room, info.dli_sname), give(start, reinterpret_cast<Address>(info.dli_saddr));
        return "global";
    }
    return address - shadow_base < shadow_size ? "shadow" : "";
}
int allocation_stack(Address address, Address* trace, Address room, int* thread, unsigned long long* system) {
    const Inside inside;
    Block block;
    if (!find_block(address, block)) return 0;
    give(thread, static_cast<int>(block.thread));
    const Thread* known = thread_numbered(block.thread);
    give(system, known ? known->system_id : 0);
    std::uint64_t pcs[64];
    const std::size_t count = stack_of(block.place, pcs, std::min<std::size_t>(room, 64));
    for (std::size_t i = 0; i < count; ++i) trace[i] = pcs[i] - 1;
    return static_cast<int>(count);
}

// --- the symbolizer ---

std::string module_and_offset(Address pc) {
    Dl_info info;
    char text[32];
    if (!dladdr(reinterpret_cast<void*>(pc), &info) || !info.dli_fname) return "";
    std::snprintf(text, sizeof text, "+0x%lx", pc - reinterpret_cast<Address>(info.dli_fbase));
    return std::string("(") + info.dli_fname + text + ")";
}

SourceSite site_of(Address pc) {
    if (pc - module_begin < module_end - module_begin) return symbols()->site_of_return_address(pc + 1);
    SourceSite site;
    Dl_info info;
    if (dladdr(reinterpret_cast<void*>(pc), &info) && info.dli_sname) site.function = info.dli_sname;
    return site;
}

/// A frame by a format of the symbolizer's: %p pc, %f function, %s file, %l line, %c column, %m module, %o offset in it, %n number;
/// %L and %F whole phrases, %S file and line, %M module and offset.
std::string formatted(const char* format, Address pc, unsigned number) {
    const SourceSite site = site_of(pc);
    const auto numbered = [](const char* how, Address value) {
        char text[32];
        std::snprintf(text, sizeof text, how, value);
        return std::string(text);
    };
    const std::string line = std::to_string(site.line), column = std::to_string(site.column);
    const std::string place = site.file + ":" + line + (site.column ? ":" + column : "");
    Dl_info info{};
    dladdr(reinterpret_cast<void*>(pc), &info);
    if (std::strcmp(format, "DEFAULT") == 0) format = "    #%n %p %F %L";
    std::string text;
    for (; *format; ++format) {
        if (*format != '%' || !format[1]) {
            text += *format;
            continue;
        }
        switch (*++format) {
        case '%': text += '%'; break;
        case 'n': text += std::to_string(number); break;
        case 'p': text += numbered("0x%lx", pc); break;
        case 'm': text += info.dli_fname ? info.dli_fname : ""; break;
        case 'o': text += numbered("0x%lx", pc - reinterpret_cast<Address>(info.dli_fbase)); break;
        case 'f': text += site.function; break;
        case 'q': text += numbered("0x%lx", info.dli_saddr ? pc - reinterpret_cast<Address>(info.dli_saddr) : 0); break;
        case 's': text += site.file; break;
        case 'l': text += line; break;
        case 'c': text += column; break;
        case 'F': text += site.function.empty() ? "" : "in " + site.function; break;
        case 'S': text += place; break;
        case 'L': text += site.file.empty() ? module_and_offset(pc) : place; break;
        case 'M': text += module_and_offset(pc); break;
        default: text += std::string("%") + *format;
        }
    }
    return text;
}

void symbolize(void* pc, const char* format, char* to, std::size_t room) {
    const Inside inside;
    if (!room) return;
    put_text(to, room - 1, formatted(format, reinterpret_cast<Address>(pc), 0));
    to[room > 1 ? std::strlen(to) + 1 : 0] = 0; // an empty string ends the list
}
void symbolize_global(void* address, const char* format, char* to, std::size_t room) {
    const Inside inside;
    std::string text;
    const std::string name = symbols()->object_at(reinterpret_cast<Address>(address));
    for (; *format; ++format)
        if (*format == '%' && format[1] == 'g') text += name, ++format;
        else if (*format == '%' && (format[1] == 's' || format[1] == 'l')) ++format; // not known
        else text += *format;
    put_text(to, room, text);
}
int module_of(void* pc, char* path, std::size_t room, void** offset) {
    Dl_info info;
    if (!dladdr(pc, &info) || !info.dli_fname) return 0;
    put_text(path, room, info.dli_fname);
    give(offset, reinterpret_cast<void*>(reinterpret_cast<Address>(pc) - reinterpret_cast<Address>(info.dli_fbase)));
    return 1;
}
void print_stack() {
    if (!me) return;
    const Inside inside;
    std::uint64_t pcs[64];
    const std::size_t count = stack_of(place_of(*me, HEDDLE_CALLER), pcs, 64);
    for (std::size_t i = 0; i < count; ++i)
        std::fprintf(stderr, "%s\n", formatted("DEFAULT", pcs[i] - 1, static_cast<unsigned>(i)).c_str());
    std::fputs("\n", stderr);
}

// --- what the program says of reports ---

std::string* path_of_reports = nullptr;

void set_report_path(const char* path) {
    const Inside inside;
    delete path_of_reports;
    path_of_reports = path ? new std::string(std::string(path) + "." + std::to_string(getpid())) : nullptr;
}
const char* report_path() { return path_of_reports ? path_of_reports->c_str() : nullptr; }
void set_death_callback(void (*callback)()) { callbacks.dies = callback; }
int acquire_crash_state() {
    static std::atomic<int> taken{0};
    return !taken.exchange(1);
}
void nothing() {}
bool no_symbols() { return false; }

} // namespace

std::span<const Hook> report_hooks() {
    static const Hook hooks[]{
        hook("__tsan_get_current_report", current), hook("__tsan_get_report_data", report_data), hook("__tsan_get_report_tag", report_tag),
        hook("__tsan_get_report_stack", report_stack), hook("__tsan_get_report_mop", report_access),
        hook("__tsan_get_report_loc", report_place), hook("__tsan_get_report_loc_object_type", report_place_type),
        hook("__tsan_get_report_mutex", report_lock), hook("__tsan_get_report_thread", report_thread),
        hook("__tsan_get_report_unique_tid", report_thread_number),
        hook("__tsan_locate_address", locate), hook("__tsan_get_alloc_stack", allocation_stack),
        hook("__tsan_symbolize_external", no_symbols), hook("__tsan_symbolize_external_ex", no_symbols),
        hook("__tsan_flush_memory", nothing), // what is known of accesses is never thrown away
        hook("__sanitizer_symbolize_pc", symbolize), hook("__sanitizer_symbolize_global", symbolize_global),
        hook("__sanitizer_get_module_and_offset_for_pc", module_of), hook("__sanitizer_print_stack_trace", print_stack),
        hook("__sanitizer_set_report_path", set_report_path), hook("__sanitizer_get_report_path", report_path),
        hook("__sanitizer_set_report_fd", nothing), hook("__sanitizer_set_death_callback", set_death_callback),
        hook("__sanitizer_acquire_crash_state", acquire_crash_state), hook("__sanitizer_sandbox_on_notify", nothing),
        hook("__sanitizer_print_memory_profile", nothing), hook("__sanitizer_report_error_summary", nothing), hook("__sanitizer_on_print", nothing),
    };
    return hooks;
}

} // namespace heddle::native
