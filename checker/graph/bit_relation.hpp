// A relation over the events of one graph as a bit matrix: for axioms that are computed whole.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace heddle::graph {

class BitRelation {
public:
    explicit BitRelation(std::uint32_t n) : n_(n), words_((n + 63) / 64), bits_(std::size_t{n} * words_) {}

    void set(std::uint32_t a, std::uint32_t b) { bits_[std::size_t{a} * words_ + b / 64] |= 1ull << (b % 64); }
    bool test(std::uint32_t a, std::uint32_t b) const {
        return bits_[std::size_t{a} * words_ + b / 64] >> (b % 64) & 1;
    }

    BitRelation& operator|=(const BitRelation& other) {
        for (std::size_t i = 0; i < bits_.size(); ++i) bits_[i] |= other.bits_[i];
        return *this;
    }

    /// Composition: this ; other.
    BitRelation then(const BitRelation& other) const {
        BitRelation result(n_);
        for (std::uint32_t a = 0; a < n_; ++a) for_each(a, [&](std::uint32_t b) { result.join_row(a, other, b); });
        return result;
    }

    bool acyclic() const {
        std::vector<char> state(n_); // 0 new, 1 on the path, 2 done
        for (std::uint32_t a = 0; a < n_; ++a)
            if (!visit(a, state)) return false;
        return true;
    }

private:
    template <class F>
    void for_each(std::uint32_t a, F f) const {
        for (std::uint32_t w = 0; w < words_; ++w)
            for (std::uint64_t bits = bits_[std::size_t{a} * words_ + w]; bits; bits &= bits - 1)
                f(w * 64 + std::uint32_t(std::countr_zero(bits)));
    }
    void join_row(std::uint32_t a, const BitRelation& other, std::uint32_t b) {
        for (std::uint32_t w = 0; w < words_; ++w)
            bits_[std::size_t{a} * words_ + w] |= other.bits_[std::size_t{b} * words_ + w];
    }
    bool visit(std::uint32_t a, std::vector<char>& state) const {
        if (state[a] == 2) return true;
        if (state[a] == 1) return false;
        state[a] = 1;
        bool ok = true;
        for_each(a, [&](std::uint32_t b) { ok = ok && visit(b, state); });
        state[a] = 2;
        return ok;
    }

    std::uint32_t n_, words_;
    std::vector<std::uint64_t> bits_;
};

} // namespace heddle::graph
