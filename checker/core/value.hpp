// The value of an atomic object of 1 to 16 bytes, as an unsigned number (little-endian bytes).
#pragma once

#include <cstdint>
#include <string>

namespace heddle {

using Value = unsigned __int128;

/// The value cut to `size` bytes (1, 2, 4, 8 or 16).
constexpr Value truncate(Value v, unsigned size) { return size >= 16 ? v : v & ((Value{1} << (8 * size)) - 1); }

/// Decimal when it fits 64 bits (negative when the sign bit of `size` bytes is set), else hexadecimal.
std::string to_string(Value v, unsigned size);

} // namespace heddle
