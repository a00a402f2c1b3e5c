// Waiting for a std::future. libstdc++ announces itself as a waiter with an atomic fetch_or and then sleeps until the word
// changes; it looks again after every wake-up. Without the sleep that is a pure spin (the fetch_or writes what it read),
// which the engine makes a wait.

#include "runtime/hooks.hpp"

using namespace heddle::runtime;

extern "C" bool heddle_futex_wait_until(void*, unsigned*, unsigned, bool has_timeout) {
    if (has_timeout) fail_unsupported("waiting for a future with a time limit", HEDDLE_PC);
    return true;
}
