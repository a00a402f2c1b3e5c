// Values that depend on inputs, while a run is recorded. As in the explored backend the program's memory holds a word that
// is a constant or the number of a term, so the term goes wherever the value goes: through variables, atomics, containers.
// Unlike there each term has one value too, that of this run, which decides every branch. Terms are put into the recording as
// they are made (trace/recorded_terms.hpp); without a recording all words are plain numbers and nothing here is used.
//
// What would go beyond the bounds below is computed and goes on as a number, and the recording says so (RecordedKind::cut).
#pragma once

#include <cstdint>

#include "core/expression.hpp"
#include "core/verdict.hpp"
#include "trace/recording.hpp"

namespace heddle::native {

inline constexpr std::uint32_t most_terms = 1u << 18; ///< in a run; at most 96 bytes of the recording each
inline constexpr std::uint32_t deepest_term = 1000;   ///< operations on operations
inline constexpr std::uint32_t most_inputs = 256;     ///< that a term depends on
inline constexpr std::uint32_t most_inputs_of_run = 4096;

/// The word of an input that the calling thread asks for, which is `value` in this run: that value, when the thread is not
/// recorded.
Word new_input(const Input& input, Word value, std::uint64_t pc);

/// The word of what the operation gives; recorded when it depends on inputs.
Word apply(Operator op, Scalar type, Word a, Word b = 0, Word c = 0);

/// What the word is in this run. No lock: may be asked from within the recorder.
Word number_of(Word word);

/// A condition went as it did in this run: noted when it depends on inputs.
/// @param verdict of a check (RecordedKind::ensure), if it fails
/// @return how it went
bool decide(trace::RecordedKind kind, Word condition, std::uint64_t pc, Verdict verdict = Verdict::assertion);

} // namespace heddle::native
