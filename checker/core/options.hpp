// What a check may be told. Turned into objects at the edge (cli); the engine reads nothing else.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/names.hpp"

namespace heddle {

enum class Model : std::uint8_t { sc, tso, rc11 };
enum class PlainAccesses : std::uint8_t {
    race,   ///< a conflict between unordered plain accesses is a violation; plain accesses never branch
    shared, ///< plain accesses that race count as relaxed atomic ones: slower, no races reported
    of_volatiles, ///< volatile accesses count as relaxed atomic ones; the others are as with `race`
};

/// What is explored.
enum class Explore : std::uint8_t {
    graphs, ///< every execution graph once
    states, ///< what of them can still matter, once
    automatic, ///< graphs; states where there are many graphs, or endlessly many
};

template <>
inline constexpr auto names<Model> = std::array{Name{Model::sc, "sc"}, Name{Model::tso, "tso"}, Name{Model::rc11, "rc11"}};
static_assert(are_in_order<Model>());

template <>
inline constexpr auto names<Explore> =
    std::array{Name{Explore::graphs, "graphs"}, Name{Explore::states, "states"}, Name{Explore::automatic, "auto"}};
static_assert(are_in_order<Explore>());

template <>
inline constexpr auto names<PlainAccesses> = std::array{
    Name{PlainAccesses::race, "race"}, Name{PlainAccesses::shared, "shared"}, Name{PlainAccesses::of_volatiles, "volatile"}};
static_assert(are_in_order<PlainAccesses>());

struct Options {
    Model model = Model::rc11;
    PlainAccesses plain = PlainAccesses::race;
    Explore explore = Explore::automatic;
    std::uint64_t memory_limit = 0;            ///< bytes that explored states may take; 0: no limit
    std::uint32_t unroll = 1000;               ///< visits of one visible operation by one thread before the run is cut
    std::uint64_t max_executions = 0;          ///< 0: no limit; counts complete and blocked executions
    std::chrono::milliseconds time_limit{0};   ///< 0: no limit
    std::chrono::milliseconds watchdog{5'000}; ///< a run that reaches no visible operation for so long is ended
    bool keep_going = false;                   ///< explore on after the first violation (counts stay complete)
    bool spurious_wakeups = false;             ///< condition variables may wake without a signal
    bool always_solve = false;                 ///< invariants: ask Z3 even where looking through the states is cheaper
    bool any_exit_status = false;              ///< main may return, or exit with, something else than zero
    bool check_overflow = false;               ///< signed overflow and shifts out of range of symbolic values are violations
    std::chrono::milliseconds solver_limit{10'000}; ///< for each question to Z3; 0: no limit
    bool remember = true; ///< reuse what threads did before instead of running them (off: slow, for tests)
};

} // namespace heddle
