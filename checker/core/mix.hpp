// One step of a hash: both words have a share in every bit of the result.
#pragma once

#include <cstdint>

namespace heddle {

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// 128 bits of a sequence of words. That two sequences have the same is less likely than that the machine is broken.
class SequenceHash {
public:
    void add(std::uint64_t word) {
        low_ = mix(low_ ^ word, 0x4b33a62ed433d4a3);
        high_ = mix(high_ + word, 0x4d5a2da51de1aa47) ^ low_;
    }
    std::uint64_t low() const { return low_; }
    std::uint64_t high() const { return high_; }

private:
    std::uint64_t low_ = 0x2d358dccaa6c78a5, high_ = 0x8bb84b93962eacc9;
};

} // namespace heddle
