#include "explore/recorder.hpp"

#include <algorithm>

namespace heddle::explore {
namespace {

/// The bytes of the word at `word` that lie in [address, address + size).
std::uint8_t mask_in(std::uint64_t word, std::uint64_t address, std::size_t size) {
    const std::uint64_t from = std::max(word, address) - word;
    const std::uint64_t to = std::min(word + 8, address + size) - word;
    return std::uint8_t((0xffu >> (8 - (to - from))) << from);
}

} // namespace

std::uint64_t bits_of_mask(std::uint8_t mask) {
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < 8; ++i)
        if (mask >> i & 1) bits |= 0xffull << (8 * i);
    return bits;
}

void Recorder::begin(const runtime::Machine& machine, runtime::ThreadId thread) {
    machine_ = &machine;
    thread_ = thread;
    found_shared_ = false;
    ++segment_;
    entries_ = 0;
    reads_.clear();
    writes_.clear();
    releases_.clear();
    opaque_ = nullptr;
    // What other threads may have left in the thread's own stack it may read without a hook: compilers take a local for
    // private more often than it is.
    for (const std::uint64_t word : shared_.words_of(thread)) reads_.push_back({word, machine.word_now(word), ~0ull, 0, 0xff});
}

Recorder::Known& Recorder::known(std::uint64_t word) {
    if (2 * entries_ > table_.size()) { // rehash this segment's entries into a larger table
        std::vector<Known> old(4 * table_.size());
        old.swap(table_);
        entries_ = 0;
        for (const Known& k : old)
            if (k.segment == segment_) known(k.address) = k;
    }
    std::size_t i = (word >> 3) * 0x9e3779b97f4a7c15ull >> 40 & (table_.size() - 1);
    while (table_[i].segment == segment_ && table_[i].address != word) i = (i + 1) & (table_.size() - 1);
    if (table_[i].segment != segment_) {
        table_[i] = {word, segment_, 0, 0};
        ++entries_;
    }
    return table_[i];
}

/// The thread's own stack, where nobody else looks.
bool Recorder::is_private(std::uint64_t address) {
    const runtime::ThreadId owner = machine_->stack_owner(address);
    if (owner == runtime::max_threads || shared_.contains(address)) return false;
    if (owner == thread_) return true;
    found_shared_ |= shared_.add(owner, address);
    return false;
}

void Recorder::read(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    if (size == 0) return;
    for (std::uint64_t word = address & ~7ull; word < address + size; word += 8) {
        if (is_private(word)) continue;
        Known& k = known(word);
        const auto fresh = std::uint8_t(mask_in(word, address, size) & ~k.mask);
        if (!fresh) continue;
        k.mask |= fresh;
        const std::uint64_t bits = bits_of_mask(fresh);
        reads_.push_back({word, machine_->word_now(word) & bits, bits, pc, fresh});
    }
}

void Recorder::write(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    if (size == 0) return;
    for (std::uint64_t word = address & ~7ull; word < address + size; word += 8) {
        if (is_private(word)) continue;
        Known& k = known(word);
        const std::uint8_t mask = mask_in(word, address, size);
        // Compilers may leave out the hook of a read that a write to the same place follows (clang does): what is written
        // may depend on what was there.
        if (const auto fresh = std::uint8_t(mask & ~k.mask)) {
            const std::uint64_t bits = bits_of_mask(fresh);
            reads_.push_back({word, machine_->word_now(word) & bits, bits, 0, fresh});
        }
        k.mask |= mask;
        if (!k.write) {
            writes_.push_back({word, pc, 0});
            k.write = std::uint32_t(writes_.size());
        }
        writes_[k.write - 1].mask |= mask;
    }
}

void Recorder::release(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    releases_.push_back({address, size, pc});
}

void Recorder::opaque(const char* function) {
    if (!opaque_) opaque_ = function;
}

} // namespace heddle::explore
