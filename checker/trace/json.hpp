// Traces as JSON: how they are saved, replayed and handed to other tools.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "trace/trace.hpp"

namespace heddle::trace {

/// One JSON document, indented. Bytes that are not UTF-8 (a program may print anything) become U+FFFD. Never throws for content.
std::string to_json(const Trace& trace);

/// Throws UserError: not JSON, not a trace, or of a schema this heddle does not know.
Trace from_json(std::string_view text);

/// Readers never see half a file: it is written beside its place and renamed. Missing folders are made. Throws UserError.
void write(const Trace& trace, const std::filesystem::path& path);

/// Throws UserError when the file is missing or is not a trace; the sentence names the file.
Trace read(const std::filesystem::path& path);

} // namespace heddle::trace
