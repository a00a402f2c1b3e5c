#include "report/source_excerpts.hpp"

#include <algorithm>
#include <fstream>

#include "report/paint.hpp"

namespace heddle::report {
namespace {

constexpr std::size_t short_file = 1500; ///< lines
constexpr int around = 25;               ///< lines before and after, of longer files
constexpr std::size_t longest_file = 200'000, longest_line = 400;

std::vector<std::string> lines_of(const std::string& path) {
    std::vector<std::string> lines;
    std::ifstream in(path);
    for (std::string line; lines.size() < longest_file && std::getline(in, line);) lines.push_back(trimmed(harmless(line), int(longest_line)));
    return lines;
}

std::vector<SourceExcerpts::Chunk> chunks_of(const std::vector<std::string>& text, const std::set<int>& wanted) {
    std::vector<SourceExcerpts::Chunk> chunks;
    if (text.empty()) return chunks;
    if (text.size() <= short_file) return {{1, text}};
    const int count = int(text.size());
    int end = 0; // of the last chunk, exclusive
    for (const int line : wanted) {
        const int first = std::max(line - around, 1), last = std::min(line + around, count);
        if (first > count) break;
        if (chunks.empty() || first > end) chunks.push_back({first, {}}), end = first;
        for (; end <= last; ++end) chunks.back().lines.push_back(text[std::size_t(end) - 1]);
    }
    return chunks;
}

} // namespace

int SourceExcerpts::add(const SourceSite& site) {
    if (!site.known()) return -1;
    const auto [number, fresh] = numbers_.try_emplace(site.file, int(paths_.size()));
    if (fresh) paths_.push_back(site.file), lines_.emplace_back();
    lines_[std::size_t(number->second)].insert(site.line);
    return number->second;
}

std::vector<SourceExcerpts::File> SourceExcerpts::files() const {
    std::vector<File> files;
    for (std::size_t i = 0; i < paths_.size(); ++i) files.push_back({paths_[i], chunks_of(lines_of(paths_[i]), lines_[i])});
    return files;
}

} // namespace heddle::report
