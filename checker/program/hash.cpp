#include "program/hash.hpp"

#include <bit>
#include <cstring>

#include <fmt/format.h>

namespace heddle::program {
namespace {

constexpr std::uint64_t c1 = 0x87c37b91114253d5, c2 = 0x4cf5ad432745937f;

std::uint64_t word_at(const char* p) {
    std::uint64_t w;
    std::memcpy(&w, p, sizeof w);
    return w;
}

std::uint64_t scramble_low(std::uint64_t k) { return std::rotl(k * c1, 31) * c2; }
std::uint64_t scramble_high(std::uint64_t k) { return std::rotl(k * c2, 33) * c1; }

std::uint64_t avalanche(std::uint64_t k) {
    k = (k ^ (k >> 33)) * 0xff51afd7ed558ccd;
    k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53;
    return k ^ (k >> 33);
}

} // namespace

std::string Hash128::hex() const { return fmt::format("{:016x}{:016x}", high, low); }

Hash128 hash_of(std::string_view bytes) {
    std::uint64_t h1 = 0, h2 = 0;
    const std::size_t whole = bytes.size() / 16 * 16;
    for (std::size_t i = 0; i < whole; i += 16) {
        h1 ^= scramble_low(word_at(bytes.data() + i));
        h1 = (std::rotl(h1, 27) + h2) * 5 + 0x52dce729;
        h2 ^= scramble_high(word_at(bytes.data() + i + 8));
        h2 = (std::rotl(h2, 31) + h1) * 5 + 0x38495ab5;
    }
    char tail[16] = {};
    std::memcpy(tail, bytes.data() + whole, bytes.size() - whole);
    h2 ^= scramble_high(word_at(tail + 8));
    h1 ^= scramble_low(word_at(tail));

    h1 ^= bytes.size();
    h2 ^= bytes.size();
    h1 += h2;
    h2 += h1;
    h1 = avalanche(h1);
    h2 = avalanche(h2);
    h1 += h2;
    h2 += h1;
    return {h1, h2};
}

KeyBuilder& KeyBuilder::add(std::string_view part) {
    bytes_ += std::to_string(part.size());
    bytes_ += ':';
    bytes_ += part;
    return *this;
}

} // namespace heddle::program
