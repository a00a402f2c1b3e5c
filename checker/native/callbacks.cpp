#include "native/callbacks.hpp"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include <dlfcn.h>

#include "native/inside.hpp"

namespace heddle::native {

Callbacks callbacks;

namespace {

struct Options {
    bool bugs = true, leaks = true, destroyed_locked = true, mutex_misuse = true, signal_misuse = true, atomic_races = true, deadlocks = true;
    std::optional<std::size_t> lingering;
    std::string suppressions; ///< a file
};
Options options;

/// Stays for the whole process: it is read at its end.
std::string* name_of_program = nullptr;
std::atomic<std::size_t> count{0};
thread_local constinit const Found* current = nullptr;

template <typename Function>
void look_up(const program::Module& module, void* handle, const char* name, Function*& function) {
    void* found = dlsym(handle, name);
    // The program's own, not one of the same name elsewhere.
    if (module.contains(reinterpret_cast<std::uint64_t>(found))) function = reinterpret_cast<Function*>(found);
}

bool is_yes(std::string_view value) { return value != "0" && value != "false" && value != "no"; }

void obey(std::string_view name, std::string_view value) {
    if (name == "report_bugs") options.bugs = is_yes(value);
    if (name == "report_thread_leaks") options.leaks = is_yes(value);
    if (name == "report_destroy_locked") options.destroyed_locked = is_yes(value);
    if (name == "report_mutex_bugs") options.mutex_misuse = is_yes(value);
    if (name == "report_signal_unsafe") options.signal_misuse = is_yes(value);
    if (name == "report_atomic_races") options.atomic_races = is_yes(value);
    if (name == "detect_deadlocks") options.deadlocks = is_yes(value);
    if (name == "atexit_sleep_ms") options.lingering = std::strtoul(std::string(value).c_str(), nullptr, 10);
    if (name == "suppressions") options.suppressions = value;
}

/// "name=value:name=value", also with spaces, commas or new lines between; a value may be quoted.
void obey_all(std::string_view text) {
    constexpr std::string_view between = " ,:\n\t\r";
    while (!text.empty()) {
        const std::size_t begin = text.find_first_not_of(between);
        if (begin == text.npos) return;
        text.remove_prefix(begin);
        const std::size_t equals = text.find('=');
        if (equals == text.npos) return;
        const std::string_view name = text.substr(0, equals);
        text.remove_prefix(equals + 1);
        const bool quoted = !text.empty() && (text[0] == '"' || text[0] == '\'');
        const std::size_t end = std::min(text.size(), quoted ? text.find(text[0], 1) : text.find_first_of(between));
        obey(name, quoted ? text.substr(1, end - 1) : text.substr(0, end));
        text.remove_prefix(std::min(text.size(), end + quoted));
    }
}

void send_suppressions(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        while (!line.empty() && std::strchr(" \t\r", line.front())) line.remove_prefix(1);
        while (!line.empty() && std::strchr(" \t\r", line.back())) line.remove_suffix(1);
        if (line.empty() || line[0] == '#') continue;
        Found found;
        found.kind = FoundKind::suppression;
        std::memcpy(found.text.data(), line.data(), std::min(line.size(), found.text.size() - 1));
        send(found);
    }
}

bool is_about(const Found& found, std::string_view word) { return std::string_view(found.text.data()).find(word) != std::string_view::npos; }

} // namespace

void prepare_callbacks(const program::Module& module) {
    void* const handle = dlopen(module.path().c_str(), RTLD_LAZY | RTLD_NOLOAD);
    if (!handle) return;
    const Inside inside;
    look_up(module, handle, "__tsan_on_initialize", callbacks.initialised);
    look_up(module, handle, "__tsan_on_finalize", callbacks.ended);
    look_up(module, handle, "__tsan_on_report", callbacks.reported);
    look_up(module, handle, "__sanitizer_report_error_summary", callbacks.summary);
    look_up(module, handle, "__sanitizer_on_print", callbacks.printed);
    look_up(module, handle, "__sanitizer_malloc_hook", callbacks.allocated);
    look_up(module, handle, "__sanitizer_free_hook", callbacks.freed);
    const char* (*text)() = nullptr;
    look_up(module, handle, "__tsan_default_options", text);
    if (const char* wanted = text ? text() : nullptr) obey_all(wanted);
    if (const char* wanted = std::getenv("TSAN_OPTIONS")) obey_all(wanted);
    text = nullptr;
    look_up(module, handle, "__tsan_default_suppressions", text);
    if (const char* wanted = text ? text() : nullptr) send_suppressions(wanted);
    if (!options.suppressions.empty()) {
        std::ifstream file(options.suppressions);
        if (file) send_suppressions(std::string(std::istreambuf_iterator<char>(file), {}));
        else found_limit("the file of suppressions that the options name cannot be read");
    }
    name_of_program = new std::string(module.path().filename());
    dlclose(handle);
    if (callbacks.initialised) callbacks.initialised();
}

bool is_wanted(const Found& found) {
    switch (found.kind) {
    case FoundKind::race: return options.bugs && (options.atomic_races || !(found.access[0].atomic || found.access[1].atomic));
    case FoundKind::lock_cycle: return options.bugs && options.deadlocks;
    case FoundKind::leak: return options.bugs && options.leaks;
    case FoundKind::misuse:
        if (is_about(found, "signal handler")) return options.bugs && options.signal_misuse;
        if (is_about(found, "destroyed")) return options.bugs && options.destroyed_locked;
        return options.bugs && options.mutex_misuse;
    default: return true;
    }
}

const char* interface_name(const Found& found) {
    switch (found.kind) {
    case FoundKind::race: return found.block.freed_by ? "heap-use-after-free" : "data-race";
    case FoundKind::lock_cycle: return "lock-order-inversion";
    case FoundKind::leak: return "thread-leak";
    case FoundKind::misuse:
        if (is_about(found, "errno")) return "errno-in-signal-handler";
        if (is_about(found, "signal handler")) return "signal-unsafe-call";
        return is_about(found, "destroyed") ? "locked-mutex-destroy" : "mutex-bad-unlock";
    default: return "";
    }
}

const Found* current_report() { return current; }

void tell_program(const Found& found) {
    if (!*interface_name(found)) return;
    ++count;
    if (current || !(callbacks.reported || callbacks.summary || callbacks.printed)) return;
    const Inside inside; // what it does with it is not looked at
    current = &found;
    if (callbacks.reported) callbacks.reported(const_cast<Found*>(&found));
    if (callbacks.printed) callbacks.printed((std::string("WARNING: heddle: ") + interface_name(found) + "\n").c_str());
    if (callbacks.summary) callbacks.summary((std::string("SUMMARY: heddle: ") + interface_name(found) + " " + *name_of_program).c_str());
    current = nullptr;
}

void tell_program_of_end() {
    const Inside inside;
    const bool failed = count > 0;
    if (callbacks.ended) callbacks.ended(failed);
    if (failed && callbacks.dies) callbacks.dies();
}

std::size_t wanted_lingering(std::size_t otherwise) { return options.lingering.value_or(otherwise); }

} // namespace heddle::native
