// Words that reports share.
#pragma once

#include <cstdint>
#include <string>

#include "core/verdict.hpp"
#include "trace/report.hpp"

namespace heddle::report {

/// What a verdict is called in a sentence: "data race", "assertion failed".
std::string phrase(Verdict verdict);

/// "1 event", "2 events".
std::string counted(std::uint64_t n, const char* one, const char* many);

/// "queue.cpp", or "queue.cpp: pattern" where it is not main.
std::string name_of_entry(const trace::Result& result);

/// The verdict's name in the colour of what it comes to; of runs that showed nothing "nothing found".
std::string verdict_word(const trace::Result& result, bool colour);

/// "  (as expected)", "  (expected: deadlock)", or nothing where no bug was expected.
std::string expectation(const trace::Result& result);

/// "trace: FILE  (heddle replay FILE)", or why there is none, with newlines; empty when none was to be saved.
std::string where_saved(const trace::Finding& finding);

} // namespace heddle::report
