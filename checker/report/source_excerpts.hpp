// The parts of source files that a report is about.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/site.hpp"

namespace heddle::report {

class SourceExcerpts {
public:
    struct Chunk {
        int first = 1; ///< line
        std::vector<std::string> lines;
    };
    struct File {
        std::string path; ///< as the compiler recorded it
        std::vector<Chunk> chunks;
    };

    /// The number of the site's file, of which that line will be shown; -1: the site is not known.
    int add(const SourceSite& site);

    /// All files that were added, by their numbers: short ones whole, of long ones what is around the lines that were added. A file that cannot be read has no chunks.
    std::vector<File> files() const;

private:
    std::vector<std::string> paths_;
    std::map<std::string, int> numbers_;
    std::vector<std::set<int>> lines_; ///< of each file
};

} // namespace heddle::report
