// What the names on the command line stand for: programs, each of one or more source files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace heddle::cli {

/// One program to be built and checked.
struct Target {
    std::string name; ///< as the user named it
    std::vector<std::filesystem::path> sources;
};

/// A name that stands for no program.
struct BadName {
    std::string name, sentence;
};

struct Targets {
    std::vector<Target> programs; ///< in the order given, those of a folder by name
    std::vector<BadName> problems;
};

/// A file is a program; a folder is every source file below it that has an entry (hidden folders are passed over).
/// With `one_program`, all of them together are one, and files without an entry belong to it.
Targets find_targets(const std::vector<std::string>& names, bool one_program);

} // namespace heddle::cli
