// Source files become an instrumented shared object, kept in a content-addressed cache.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/options.hpp"

namespace heddle::program {

struct BuildRequest {
    std::vector<std::filesystem::path> sources;  ///< C and C++ files, all linked into one program
    std::string compiler;                        ///< empty: $CXX / $CC, else g++ / gcc
    std::vector<std::string> options;            ///< the user's, added after ours
    PlainAccesses plain = PlainAccesses::race;   ///< what plain accesses are to be: it decides which of them must be left
};

/// The compiler refused; what() is one sentence, `diagnostics` the compiler's own words.
struct BuildError : UserError {
    BuildError(const std::string& sentence, std::string diagnostics);
    std::string diagnostics;
};

struct BuildResult {
    std::filesystem::path library; ///< the shared object, in the cache
    bool cached = false;           ///< nothing had to be compiled
};

/// Compiles and links (or finds in the cache). Throws UserError for a file that is missing, BuildError for one that does not compile.
BuildResult build(const BuildRequest& request);

/// A source file by its extension (.c, .cc, .cpp, .cxx, .C, .c++).
bool is_source_file(const std::filesystem::path& path);

/// Whether the text of a source file has a `main` or a HEDDLE_PATTERN (comments and strings skipped).
bool has_entry(const std::filesystem::path& path);

} // namespace heddle::program
