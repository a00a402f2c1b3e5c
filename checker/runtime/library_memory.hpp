// The variables of libraries that came with the program and were not compiled for checking (LoadedObject::Kind::brought): memory of the
// program like its own. It is put back before every run, and accesses to it by code that is followed count.
//
// Not among them: what libraries keep thread-local, and blocks that their constructors have taken from libc before the program
// was bound: code that uses these ends as unsupported (follow.hpp). Libraries that heddle itself uses (libc, libstdc++, …) keep theirs.
//
// Tests: tests/compiled_libraries.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::runtime::library_memory {

/// From now on put_back() makes it what it is now. Called when all static constructors have run.
void remember();
void put_back();

extern bool any; ///< such a library has variables
bool holds_among(std::uint64_t address);

/// Whether the address is a variable of such a library.
inline bool holds(std::uint64_t address) { return any && holds_among(address); }

/// What the byte holds at the start of every run; only for addresses that it holds.
std::byte at_start(std::uint64_t address);

} // namespace heddle::runtime::library_memory
