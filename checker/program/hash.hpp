// A 128-bit hash of bytes, for names in the build cache. Not for anything an adversary may influence.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace heddle::program {

struct Hash128 {
    std::uint64_t low = 0, high = 0;
    auto operator<=>(const Hash128&) const = default;

    /// 32 lower-case hexadecimal digits.
    std::string hex() const;
};

/// MurmurHash3 (x64, 128 bits; Austin Appleby, public domain).
Hash128 hash_of(std::string_view bytes);

/// Collects the parts of a key. Parts are length-prefixed, so {"ab","c"} and {"a","bc"} differ.
class KeyBuilder {
public:
    KeyBuilder& add(std::string_view part);
    KeyBuilder& add(std::uint64_t number) { return add(std::to_string(number)); }
    Hash128 hash() const { return hash_of(bytes_); }

private:
    std::string bytes_;
};

} // namespace heddle::program
