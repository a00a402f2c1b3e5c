#include "explore/recorder.hpp"

#include <algorithm>
#include <cstring>

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
    found_shared_ = found_tracked_ = false;
    changes_.clear();
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
    if (write_expected_) notice_writes();
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
    if (!last_.empty()) expect_write(address, size, pc);
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
        // Each byte belongs to the write that was first there: a race on it names that one's line, not a neighbour's.
        if (const auto fresh = std::uint8_t(mask & ~k.written)) writes_.push_back({word, pc, fresh});
        k.written |= mask;
    }
}

void Recorder::release(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    releases_.push_back({address, size, pc});
}

void Recorder::opaque(const char* function) {
    if (!opaque_) opaque_ = function;
}

// --- what invariants notice ----------------------------------------------------------------------------------------

namespace {

std::uint64_t content(const TrackedMemory::Variable& variable) {
    std::uint64_t value = 0;
    std::memcpy(&value, reinterpret_cast<const void*>(variable.address), variable.size);
    return value;
}

} // namespace

/// Where plain accesses are visible operations, memory is not what the thread sees in the middle of a segment, and what
/// it writes is in the graph; but for what is nobody's business but its own.
bool Recorder::can_notice(const TrackedMemory::Variable& variable) const {
    return !plain_visible_ ||
           (machine_->stack_owner(variable.address) == thread_ && !shared_.contains(variable.address));
}

void Recorder::look() {
    write_expected_ = false;
    last_.clear();
    for (const TrackedMemory::Variable& variable : tracked_.variables()) last_.push_back(content(variable));
}

/// The hook comes before the write: its value is in memory at the next one.
void Recorder::expect_write(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    if (write_expected_) notice_writes();
    for (const TrackedMemory::Variable& variable : tracked_.variables())
        if (address < variable.address + variable.size && variable.address < address + size) {
            write_pc_ = pc;
            write_expected_ = true;
            return;
        }
}

/// Whatever has changed since the last look was written by this thread, be it by code without hooks.
void Recorder::notice_writes() {
    for (std::size_t i = 0; i < last_.size(); ++i) {
        const TrackedMemory::Variable& variable = tracked_.variables()[i];
        const std::uint64_t now = content(variable);
        if (now == last_[i] || !can_notice(variable)) continue;
        last_[i] = now;
        changes_.push_back({Change::Kind::write, std::uint8_t(variable.size), 0, variable.address, now,
                            write_expected_ ? write_pc_ : 0});
    }
    write_expected_ = false;
}

void Recorder::note(const runtime::Note& note) {
    notice_writes();
    static constexpr Change::Kind kinds[]{Change::Kind::enter, Change::Kind::leave, Change::Kind::begin, Change::Kind::end};
    changes_.push_back({kinds[std::size_t(note.kind)], 0, note.declaration, note.subject, 0, note.pc});
    if (note.kind != runtime::Note::Kind::begin) return;
    const runtime::Declaration& declaration = runtime::declarations()[note.declaration];
    for (const TermId leaf : runtime::terms().leaves_of(declaration.condition))
        if (const Term& term = runtime::terms()[leaf]; term.kind == TermKind::value)
            found_tracked_ |= tracked_.add({term.a, unsigned(term.b)});
}

} // namespace heddle::explore
