#include "cli/targets.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "program/compile.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> source_files_below(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error);
    for (const fs::recursive_directory_iterator end; !error && it != end; it.increment(error)) {
        if (it->path().filename().string().starts_with('.')) {
            it.disable_recursion_pending();
            continue;
        }
        std::error_code ignored;
        if (it->is_regular_file(ignored) && program::is_source_file(it->path())) files.push_back(it->path());
    }
    std::ranges::sort(files);
    return files;
}

Target join(std::vector<Target> programs) {
    Target all;
    for (Target& program : programs) {
        if (all.name.empty()) all.name = program.name;
        all.sources.insert(all.sources.end(), program.sources.begin(), program.sources.end());
    }
    return all;
}

} // namespace

Targets find_targets(const std::vector<std::string>& names, bool one_program) {
    Targets targets;
    std::set<fs::path> seen; // a file named twice, or by its folder too, is one program
    const auto add = [&](const fs::path& file) {
        std::error_code ignored;
        if (seen.insert(fs::weakly_canonical(file, ignored)).second)
            targets.programs.push_back({file.string(), {file}});
    };
    for (const std::string& name : names) {
        std::error_code ignored;
        const fs::path path(name);
        if (!fs::exists(path, ignored)) {
            targets.problems.push_back({name, fmt::format("no such file: {}", name)});
        } else if (fs::is_directory(path, ignored)) {
            std::vector<fs::path> files = source_files_below(path);
            const bool empty = files.empty();
            if (!one_program) std::erase_if(files, [](const fs::path& file) { return !program::has_entry(file); });
            const char* missing = empty ? "C or C++ source file" : "source file with a main or a HEDDLE_PATTERN";
            if (files.empty()) targets.problems.push_back({name, fmt::format("no {} in the folder {}", missing, name)});
            for (const fs::path& file : files) add(file);
        } else {
            add(path);
        }
    }
    if (one_program && targets.problems.empty()) targets.programs = {join(std::move(targets.programs))};
    if (one_program && !targets.problems.empty()) targets.programs.clear(); // the program would lack a part
    return targets;
}

} // namespace heddle::cli
