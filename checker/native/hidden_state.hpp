// What functions of the C library keep between calls, where no other access reaches: strtok's place in its string, the environment, the
// numbers of drand48. POSIX does not call these functions thread-safe, and glibc does not lock there. (It does lock in rand, random
// and srand; strerror, strsignal, inet_ntoa and dlerror have a state for each thread. Those have no row.)
#pragma once

#include <cstdint>

#include "native/accesses.hpp"

namespace heddle::native {

enum class Hidden : std::uint8_t {
    strtok, environment, rand48, broken_down_time, time_text, conventions, users, groups, hosts, networks, protocols, services, options,
    hash_table, terminal, login, digits, sign_of_gamma,
    count
};

/// A call uses it: a plain access to a word that stands for it, or, where glibc locks against its like, an atomic one.
/// @param call the function's name, a constant
void use_hidden(Hidden state, Access kind, const char* call, std::uint64_t pc);
/// Whether the address is such a word.
bool is_hidden(std::uint64_t address);
/// The function that was called at the return address and used one; null: none that is known.
const char* hidden_call(std::uint64_t pc);

} // namespace heddle::native
