// Shared objects built before, by what they were built from.
//
// Two steps, as in ccache's direct mode. The key (compiler, options, sources) names a manifest; it lists, for each
// build with that key, the files the compiler had read and what they held. When all of an entry's files are as they
// were, and its library holds what it held, that is the answer; nothing is run. Not seen: a new header that would now be found before one that was
// read. Processes share the folder without locks: every file is written aside and renamed, an entry lost to a race is
// built again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "program/hash.hpp"

namespace heddle::program {

class BuildCache {
public:
    /// In $HEDDLE_CACHE, $XDG_CACHE_HOME/heddle or ~/.cache/heddle. Throws UserError when the folder cannot be made, or when
    /// others than this user could write to it.
    BuildCache();

    /// Whether that file is one of the cache.
    bool holds(const std::filesystem::path& library) const;

    std::optional<std::filesystem::path> find(const Hash128& key) const;

    /// Moves a built library into the cache and returns its place. `dependencies`: every file the compiler read.
    /// `started`: ns since the epoch, before the first of them was read; when one has changed since, the library is
    /// kept but not remembered.
    std::filesystem::path store(const Hash128& key, const std::filesystem::path& library,
                                const std::vector<std::filesystem::path>& dependencies, std::int64_t started);

    /// A new folder for a build's own files, inside the cache so that renaming works. The caller removes it.
    std::filesystem::path make_scratch() const;

private:
    std::filesystem::path place(const Hash128& name, const char* extension) const;
    void prune() const;

    std::filesystem::path folder_;
};

/// The prerequisites in a depfile as compilers write it (-MD).
std::vector<std::filesystem::path> read_depfile(const std::filesystem::path& depfile);

/// All of a file's bytes; empty when it cannot be read.
std::string read_file(const std::filesystem::path& path);

} // namespace heddle::program
