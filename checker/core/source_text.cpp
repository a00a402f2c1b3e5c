#include "core/source_text.hpp"

#include <filesystem>
#include <fstream>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace heddle {
namespace {

using Lines = std::vector<std::string>;

Lines read_lines(const std::string& path) {
    Lines lines;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return lines; // a trace may name a device, which never ends
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
    return lines;
}

// One table a process: a report asks for the same few files again and again. Guarded, since reports may be made by
// workers.
const Lines& lines_of(const std::string& path) {
    static std::mutex guard;
    static std::unordered_map<std::string, Lines> files;
    std::lock_guard lock(guard);
    auto found = files.find(path);
    if (found == files.end()) found = files.emplace(path, read_lines(path)).first;
    return found->second; // node-based: stays valid when others are added
}

} // namespace

SourceText source_text(const SourceSite& site) {
    if (!site.known() || site.file.empty()) return {};
    const Lines& lines = lines_of(site.file);
    if (static_cast<std::size_t>(site.line) > lines.size()) return {};
    const std::string& line = lines[site.line - 1];
    const char* blanks = " \t\r\f\v";
    auto first = line.find_first_not_of(blanks);
    if (first == std::string::npos) return {};
    auto last = line.find_last_not_of(blanks);
    SourceText result{line.substr(first, last - first + 1), static_cast<int>(first)};
    for (char& c : result.text)
        if (c == '\t') c = ' ';
    return result;
}

std::string source_line(const SourceSite& site) { return source_text(site).text; }

} // namespace heddle
