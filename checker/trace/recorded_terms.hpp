// Terms and inputs as records of a recording: put among a thread's events, and taken out of them again.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "trace/record_writer.hpp"

namespace heddle::trace {

void put_term(RecordWriter& writer, const RecordedTerm& term);
/// Of the input but for its thread, which is the writer's.
void put_input(RecordWriter& writer, const RecordedInput& input);

/// Collects what the threads' records say of terms.
class TermReader {
public:
    /// A record of a FileKind. False: it makes no sense.
    [[nodiscard]] bool take(std::uint32_t thread, FileKind kind, const RecordedEvent& record);
    /// Puts what was collected into the recording, sorted. False: two say different things, or one is not well-formed.
    [[nodiscard]] bool finish(Recording& recording);

private:
    /// What came before the record that it belongs to.
    struct Begun {
        Word operand = 0;
        std::string name;
        Input input;
    };
    std::map<std::uint32_t, Begun> begun_; ///< by thread
    std::map<std::uint32_t, RecordedTerm> terms_;
    std::map<std::uint32_t, RecordedInput> inputs_;
};

} // namespace heddle::trace
