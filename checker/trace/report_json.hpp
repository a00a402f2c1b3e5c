// Reports as JSON documents (heddle.check/1, heddle.run/1, heddle.prediction/1, heddle.replay/1), and results on their way
// between processes: one encoder for both.
#pragma once

#include <string>
#include <string_view>

#include "trace/report.hpp"

namespace heddle::trace {

/// The document of `--json` and of `--report FILE.json`: exactly the keys that docs/ promises. Valid whatever the program says.
/// @param indent -1: one line
std::string to_json(const Report& report, int indent = -1);
/// What such a document tells; it has no traces, but says where they are. Throws UserError.
Report report_from_json(std::string_view text);

/// All of it, the traces of its findings and bytes that are no UTF-8 included.
std::string to_bytes(const Result& result);
/// Throws UserError or JSON's exceptions for bytes that are no result.
Result result_from_bytes(std::string_view bytes);

} // namespace heddle::trace
