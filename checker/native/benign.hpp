// Memory on which the program announces races (AnnotateBenignRace): those are not reported.
#pragma once

#include <cstdint>

namespace heddle::native {

/// At most 256 stretches are kept.
void announce_benign(std::uint64_t address, std::uint64_t size);
bool is_benign(std::uint64_t address);

} // namespace heddle::native
