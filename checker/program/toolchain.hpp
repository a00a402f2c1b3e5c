// Which compiler, and with which options of ours.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/options.hpp"

namespace heddle::program {

enum class Language { c, cpp };

/// By the extension: .c is C, everything else C++.
Language language_of(const std::filesystem::path& source);

struct Toolchain {
    std::vector<std::string> command; ///< a compiler may be several words ("ccache g++")
    Language language = Language::cpp;

    /// The compiler for a language: `requested` (its C or C++ counterpart where needed: clang++ for C is clang),
    /// else $CXX or $CC, else g++ or gcc.
    static Toolchain find(Language language, const std::string& requested);

    /// Options that come before the user's.
    std::vector<std::string> compile_options() const;
    /// What stands after the user's options: where plain accesses are explored, each of them has to be in the code.
    std::vector<std::string> options_for(PlainAccesses plain) const;
    std::vector<std::string> link_options() const;

    /// What changes when the compiler does: for every word that is a program, its real path, size and time.
    /// The compiler is not run for it: a warm start has no time for that. Throws UserError when it is not installed.
    std::string identity() const;

private:
    bool is_clang() const;
};

/// The folder that holds heddle/heddle.h: set by the build, or found beside or above the executable.
std::filesystem::path include_directory();

} // namespace heddle::program
