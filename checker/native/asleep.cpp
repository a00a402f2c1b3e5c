#include "native/asleep.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace heddle::native {
namespace {

std::string text_of_file(const std::string& path) {
    std::array<char, 4096> text;
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return "";
    const ssize_t size = read(file, text.data(), text.size());
    close(file);
    return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

std::string_view after(std::string_view text, std::string_view label) {
    const std::size_t at = text.find(label);
    return at == text.npos ? std::string_view{} : text.substr(at + label.size());
}

std::uint64_t number_after(std::string_view text, std::string_view label) {
    text = after(text, label);
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Of /proc/…/syscall: "202 0x7f… 0x80 0x2 0x0 …", the number and six arguments.
void read_call(const std::string& text, KernelView& view) {
    char* at = nullptr;
    if (text.empty() || text[0] < '0' || text[0] > '9' || std::strtoull(text.c_str(), &at, 10) != SYS_futex) return;
    std::array<std::uint64_t, 4> arguments{};
    for (std::uint64_t& argument : arguments) argument = std::strtoull(at, &at, 16);
    const auto [object, operation, expected, timeout] = arguments;
    const std::uint64_t command = operation & FUTEX_CMD_MASK;
    view.on_futex = timeout == 0 && (command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET || command == FUTEX_LOCK_PI || command == FUTEX_LOCK_PI2);
    view.object = object;
}

} // namespace

KernelView kernel_view(pid_t process, std::uint32_t thread) {
    KernelView view;
    const std::string folder = fmt::format("/proc/{}/task/{}/", process, thread);
    const std::string status = text_of_file(folder + "status");
    const std::string_view state = after(status, "State:\t");
    view.sleeps = state.starts_with('S') || state.starts_with('D');
    view.switches = number_after(status, "\nvoluntary_ctxt_switches:") + number_after(status, "\nnonvoluntary_ctxt_switches:");
    if (view.sleeps) read_call(text_of_file(folder + "syscall"), view);
    return view;
}

std::vector<std::uint32_t> threads_of(pid_t process) {
    std::vector<std::uint32_t> threads;
    DIR* folder = opendir(fmt::format("/proc/{}/task", process).c_str());
    if (!folder) return threads;
    while (const dirent* entry = readdir(folder))
        if (const auto number = static_cast<std::uint32_t>(std::strtoul(entry->d_name, nullptr, 10))) threads.push_back(number);
    closedir(folder);
    return threads;
}

} // namespace heddle::native
