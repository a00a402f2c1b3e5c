#include "core/value.hpp"

#include <fmt/format.h>

namespace heddle {

std::string to_string(Value v, unsigned size) {
    if (size > 8) {
        if (v >> 64) return fmt::format("{:#x}{:016x}", std::uint64_t(v >> 64), std::uint64_t(v));
        return fmt::format("{}", std::uint64_t(v));
    }
    const auto bits = std::uint64_t(v);
    if (size == 8 && bits >= 0x10000000000u && bits < 0x800000000000u) return fmt::format("{:#x}", bits); // a pointer
    const unsigned shift = 64 - 8 * size;
    if (size == 1) return fmt::format("{}", bits & 0xff);
    return fmt::format("{}", std::int64_t(bits << shift) >> shift);
}

} // namespace heddle
