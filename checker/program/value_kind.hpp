// What the debug information says of a value, as far as it matters for showing it.
#pragma once

#include <cstdint>

namespace heddle::program {

/// How a value is written for people. `other`: as a signed number.
enum class ValueKind : std::uint8_t { other, boolean, unsigned_number, floating, pointer };

} // namespace heddle::program
