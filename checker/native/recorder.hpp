// Puts what a thread does into its recording. What a plain write writes is known only afterwards, so its event waits for
// the thread's next one.
#pragma once

#include <ctime>

#include "native/sync.hpp"
#include "native/thread.hpp"
#include "core/verdict.hpp"
#include "trace/recorded_terms.hpp"
#include "trace/recording_file.hpp"

namespace heddle::native {

class Recorder {
public:
    Recorder(trace::RecordWriter writer, Thread& thread) : writer_(writer), thread_(thread) {}

    using Kind = trace::RecordedKind;

    void plain(std::uint64_t address, unsigned size, bool write, std::uint64_t pc);
    void block(std::uint64_t address, std::size_t size, std::uint64_t pc, bool freed);
    /// Something about a synchronisation object; its lock must be held.
    void sync(Kind kind, Sync& object, std::uint64_t pc, Value value = 0, std::uint32_t other = 0,
              MemoryOrder order = MemoryOrder::seq_cst, unsigned size = 0, bool same_sequence = false);
    /// Something about the thread alone.
    void event(Kind kind, std::uint64_t pc, std::uint64_t address = 0, std::uint32_t other = 0, Value value = 0,
               MemoryOrder order = MemoryOrder::seq_cst);
    /// heddle::any, and the other terms that depend on inputs (native/terms.hpp).
    void input(const trace::RecordedInput& input, std::uint64_t pc);
    void term(const trace::RecordedTerm& term) { trace::put_term(writer_, term); }
    /// How a condition over inputs went: `kind` is branch, assume or ensure.
    void decision(Kind kind, std::uint32_t term, bool holds, Verdict verdict, std::uint64_t pc);

private:
    void finish_write();
    void put(trace::RecordedEvent event, std::uint64_t pc);
    void note_stack(std::uint64_t pc);

    trace::RecordWriter writer_;
    Thread& thread_;
    trace::RecordedEvent unfinished_; ///< a plain_write, or none
    std::uint32_t deepest_ = 0, stacks_ = 0; ///< of the stacks put so far
};

/// Where recordings go; null: nowhere.
extern trace::RecordingFile* recording;
/// What of the address space is the program's module; pcs are recorded as offsets from its begin.
extern std::uint64_t module_begin, module_end;

/// Gives the thread a recorder, when there is a recording, and puts its first event.
void begin_recording(Thread& thread);

} // namespace heddle::native
