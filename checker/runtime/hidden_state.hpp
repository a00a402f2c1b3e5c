// What the C library keeps between calls, where reset() puts it back and where its uses are told like accesses to variables:
// two calls that are not ordered race (glibc's manual: "MT-Unsafe race:…", "const:env"). What glibc guards by locks of its
// own (rand, random) or keeps per thread (strerror) is no race here either.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string_view>

#include <stdlib.h>

#include "runtime/machine.hpp"

namespace heddle::runtime {

struct HiddenState {
    /// Functions whose results or positions lie in libc itself: one word each family stands for them.
    static constexpr std::size_t most_families = 64;
    std::uint64_t families[most_families];

    char* strtok_position;
    std::tm broken_down_time;
    char time_text[64];
    drand48_data drand48;
    std::uint64_t environment; ///< grows with each change

    /// setenv and putenv, latest last; what is not here is in heddle's own environment.
    static constexpr std::size_t most_variables = 256;
    struct Variable {
        const char* name;
        std::uint64_t length; ///< of the name
        char* value;          ///< null: unset
    };
    Variable variables[most_variables];
    std::uint64_t variable_count;

    /// Each thread draws from a sequence of its own.
    struct Random {
        random_data data;
        char state[128];
        bool ready;
    };
    Random random[max_threads];
};

/// It lies at a fixed address, in memory of the program.
HiddenState& hidden_state();
/// As at the start of a run.
void reset_hidden_state();
/// What a report calls the address; empty when it is not in there.
std::string_view hidden_name(std::uint64_t address);

/// The family of the libc function of that name, plus one; 0: it has no hidden state, or has a hook of its own.
std::size_t hidden_family(std::string_view function);

/// A function of the family is called there.
extern "C" void heddle_use_family(std::size_t family, std::uint64_t pc);

} // namespace heddle::runtime
