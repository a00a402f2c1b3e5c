#include "process/processes.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include <dirent.h>
#include <fmt/format.h>

namespace heddle::process {

std::vector<Process> all_processes() {
    std::vector<Process> all;
    DIR* folder = ::opendir("/proc");
    if (!folder) return all;
    while (const dirent* entry = ::readdir(folder)) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
        std::FILE* file = std::fopen(fmt::format("/proc/{}/stat", entry->d_name).c_str(), "re");
        if (!file) continue;
        char line[512] = {};
        const bool read = std::fgets(line, sizeof line, file) != nullptr;
        std::fclose(file);
        // The name stands in parentheses and may hold any character, also a parenthesis.
        const char* after_name = read ? std::strrchr(line, ')') : nullptr;
        Process seen;
        seen.process = std::atoi(entry->d_name);
        unsigned long long user = 0, system = 0;
        long long user_of_children = 0, system_of_children = 0;
        if (!after_name || std::sscanf(after_name, ") %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %lld %lld", &seen.state,
                                       &seen.parent, &seen.group, &user, &system, &user_of_children, &system_of_children) != 7)
            continue;
        seen.ticks = user + system + static_cast<std::uint64_t>(user_of_children + system_of_children);
        all.push_back(seen);
    }
    ::closedir(folder);
    return all;
}

std::vector<pid_t> descendants_of(pid_t ancestor) {
    std::multimap<pid_t, pid_t> children;
    for (const Process& seen : all_processes()) children.emplace(seen.parent, seen.process);
    std::vector<pid_t> found{ancestor};
    for (std::size_t i = 0; i < found.size(); ++i)
        for (auto [it, end] = children.equal_range(found[i]); it != end; ++it) found.push_back(it->second);
    return found;
}

std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> found;
    for (const Process& seen : all_processes())
        if (seen.parent == parent) found.push_back(seen.process);
    return found;
}

} // namespace heddle::process
