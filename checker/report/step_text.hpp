// One step of a trace in words: `x → 0`, `lock m`, with what is worth knowing in brackets.
#pragma once

#include <string>
#include <vector>

#include "trace/trace.hpp"

namespace heddle::report {

struct StepText {
    std::string head;                 ///< "x → 0"
    std::vector<std::string> details; ///< "acquire", "from #3", …
    std::string note;                 ///< a sentence; shown behind a colon for what is stuck, else among the details
};

/// What the step at that index did. Steps are numbered from 1 wherever they are shown.
StepText step_text(const trace::Trace& trace, std::size_t index);

/// "T1 worker"; only the number when the thread has no name (the first one is main).
std::string thread_label(const trace::Trace& trace, int id);

} // namespace heddle::report
