// What belongs together in a trace although it stands in different lines: for the arrows, bars and circles of reports.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/names.hpp"
#include "trace/trace.hpp"

namespace heddle::trace {

enum class LinkKind : std::uint8_t {
    reads_from,   ///< a value
    synchronises, ///< a value, from a release to an acquire: what came before the one comes before what follows the other
    hands_over,   ///< a lock
    wakes,        ///< a condition variable's signal
    meets,        ///< an arrival, and that all have come
    creates,      ///< and the thread's first step
    joins,        ///< a thread's last step, and that its end was waited for
    conflicts,    ///< nothing orders the two: a race, or a use of what the other has freed
};

} // namespace heddle::trace

template <>
inline constexpr auto heddle::names<heddle::trace::LinkKind> = [] {
    using enum heddle::trace::LinkKind;
    return std::array{heddle::Name{reads_from, "reads-from"}, heddle::Name{synchronises, "synchronises"}, heddle::Name{hands_over, "hands-over"},
                      heddle::Name{wakes, "wakes"},           heddle::Name{meets, "meets"},               heddle::Name{creates, "creates"},
                      heddle::Name{joins, "joins"},           heddle::Name{conflicts, "conflicts"}};
}();
static_assert(heddle::are_in_order<heddle::trace::LinkKind>());

namespace heddle::trace {

struct Link {
    int from = 0, to = 0; ///< indices of steps
    LinkKind kind = LinkKind::reads_from;
    bool operator==(const Link&) const = default;
};

/// By their later step, in the order of the trace.
std::vector<Link> links_of(const Trace& trace);

/// For how long a thread holds a lock, or waits.
struct Span {
    enum class Kind : std::uint8_t { holds, shares, waits } kind = Kind::holds;
    int thread = 0;
    int from = 0, to = 0; ///< steps; of what lasts to the end of the story, `to` is the number of its steps
    std::string object;   ///< as the user calls it
    bool operator==(const Span&) const = default;
};

/// By their first step.
std::vector<Span> spans_of(const Trace& trace);

/// Of each step whether the violation is about it: each part's last one at its place (of several in one line the one that
/// races), and what is stuck or wrong in itself.
std::vector<bool> marked_steps(const Trace& trace);

/// Threads that wait for each other: each for the next one, the last for the first; empty when there is no such circle.
std::vector<int> circle_of(const Violation& violation);

} // namespace heddle::trace
