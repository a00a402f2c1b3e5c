// What the program has said of its invariants: the terms it has built, the invariants it has declared. Numbers stay
// valid for the whole process, over all runs of the program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/term.hpp"

namespace heddle::runtime {

/// An invariant as declared: what is equal here is the same invariant, declared again.
struct Declaration {
    std::string name;
    TermId condition = no_term;
    std::string file;
    int line = 0;
    bool operator==(const Declaration&) const = default;
};

/// Something that a thread does between two visible operations which invariants can notice.
struct Note {
    enum class Kind : std::uint8_t {
        enter, ///< a region; subject: its label
        leave,
        begin, ///< an invariant is declared; subject: where its object lies
        end,   ///< its scope ends
    };
    Kind kind = Kind::enter;
    std::uint64_t subject = 0;
    std::uint32_t declaration = 0; ///< begin
    std::uint64_t pc = 0;
};

Terms& terms();
const std::vector<Declaration>& declarations();

} // namespace heddle::runtime
