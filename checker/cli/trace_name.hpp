// What a saved trace is called: programs of equal names, checked by one process or by several at once, keep theirs apart.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "trace/report.hpp"

namespace heddle::cli {

/// The beginning of the names of a source file's traces, below the folder of traces: "queue" for queue.cpp, "a/queue" for
/// a/queue.cpp. With its extension when there is another program of that name beside it; with a hash of its place when it lies
/// outside of the current folder.
std::filesystem::path trace_stem(const std::filesystem::path& source);

/// With compiler options or arguments it is another program: "-1f0c" for these, "" for none.
std::string variant_of(const std::vector<std::string>& options, const std::vector<std::string>& arguments);

/// Writes the finding's trace and notes where it is, or why it is nowhere: a finding is worth more than its trace.
void save_trace(trace::Finding& finding, const std::filesystem::path& path);

} // namespace heddle::cli
