#include "execution/segment_listener.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime/unhooked.hpp"

namespace heddle::execution {
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

std::uint64_t content_now(const runtime::Machine& machine, Contents& contents, std::uint64_t block) {
    Contents::Content content;
    for (unsigned i = 0; i < Contents::words; ++i) content[i] = machine.word_now(block + 8 * i);
    return contents.number_of(content);
}

void SegmentListener::begin(const runtime::Machine& machine, runtime::ThreadId thread) {
    machine_ = &machine;
    thread_ = thread;
    found_shared_ = found_tracked_ = false;
    unexplained_.reset();
    last_place_ = 0;
    changes_.clear();
    ++segment_;
    entries_ = 0;
    blocks_.clear();
    reads_.clear();
    writes_.clear();
    releases_.clear();
    late_.clear();
    opaque_ = nullptr;
    unhooked_ = 0;
    // What other threads may have left in the thread's own stack it may read without a hook: compilers take a local for
    // private more often than it is.
    for (const std::uint64_t word : shared_.words_of(thread))
        if (const auto mask = std::uint8_t(~shared_.visible_bytes(word))) {
            const std::uint64_t bits = bits_of_mask(mask);
            reads_.push_back({word, machine.word_now(word) & bits, bits, 0, mask});
        }
}

SegmentListener::Known& SegmentListener::known(std::uint64_t word) {
    if (2 * entries_ > table_.size()) { // rehash this segment's entries into a larger table
        std::vector<Known> old(4 * table_.size());
        old.swap(table_);
        entries_ = 0;
        for (const Known& k : old)
            if (k.segment == segment_) known(k.address) = k;
    }
    Known& place = place_of(word);
    if (place.segment != segment_) {
        place = {word, segment_, 0, 0};
        ++entries_;
    }
    return place;
}

/// Where the word is in the table, or where it would be: then of another segment.
SegmentListener::Known& SegmentListener::place_of(std::uint64_t word) {
    std::size_t i = (word >> 3) * 0x9e3779b97f4a7c15ull >> 40 & (table_.size() - 1);
    while (table_[i].segment == segment_ && table_[i].address != word) i = (i + 1) & (table_.size() - 1);
    return table_[i];
}

/// Whether the segment has touched nothing of the block or has touched it as a whole already. Stacks are looked at word by
/// word: most are nobody else's.
bool SegmentListener::can_be_whole(std::uint64_t block) {
    if (machine_->stack_owner(block) != runtime::max_threads) return false;
    if (blocks_.contains(block)) return true;
    for (std::uint64_t word = block; word < block + Contents::bytes; word += 8)
        if (place_of(word).segment == segment_) return false;
    return true;
}

const SegmentListener::KnownBlock* SegmentListener::block_around(std::uint64_t word) const {
    if (blocks_.empty()) return nullptr;
    const auto found = blocks_.find(word & ~std::uint64_t{Contents::bytes - 1});
    return found == blocks_.end() ? nullptr : &found->second;
}

/// Large accesses cost a block's work for each block; a word's for each word was 80 MB for a MB.
template <class Whole, class Words>
void SegmentListener::in_parts(std::uint64_t address, std::size_t size, const Whole& whole, const Words& words) {
    constexpr std::uint64_t bytes = Contents::bytes;
    const std::uint64_t end = address + size;
    while (address < end) {
        const std::uint64_t next = std::min(end, (address / bytes + 1) * bytes);
        if (next - address == bytes && can_be_whole(address)) whole(address);
        else words(address, next - address);
        address = next;
    }
}

/// The thread's own stack, where nobody else looks.
bool SegmentListener::is_private(std::uint64_t address) {
    const runtime::ThreadId owner = machine_->stack_owner(address);
    if (owner == runtime::max_threads || shared_.contains(address)) return false;
    if (owner == thread_) return true;
    found_shared_ |= shared_.add(owner, address);
    return false;
}

/// A use after free by the thread that has freed, before its next visible operation: reads and writes are otherwise kept
/// without their order with the segment's releases.
bool SegmentListener::is_late(std::uint64_t address, std::size_t size, std::uint64_t pc, bool writes) {
    if (!pc) return false;
    for (const Release& release : releases_) {
        if (address >= release.address + release.size || release.address >= address + size) continue;
        const std::uint64_t word = std::max(address, release.address) & ~7ull;
        if (late_.empty()) late_.push_back({word, pc, mask_in(word, address, size), writes}); // the first one ends the execution
        return true;
    }
    return false;
}

void SegmentListener::read(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    if (narrowed_) [[unlikely]] narrow(pc, false);
    if (size == 0 || is_late(address, size, pc, false)) return;
    if (write_expected_) notice_writes();
    if (size < Contents::bytes) return read_words(address, size, pc);
    in_parts(
        address, size,
        [&](std::uint64_t block) {
            if (unseen_.is_fresh(block) && !blocks_.contains(block)) return read_words(block, Contents::bytes, pc);
            if (blocks_.try_emplace(block).second)
                reads_.push_back({block, content_now(*machine_, contents_, block), ~0ull, pc, 0xff, true});
        },
        [&](std::uint64_t from, std::size_t bytes) { read_words(from, bytes, pc); });
}

void SegmentListener::read_words(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    for (std::uint64_t word = address & ~7ull; word < address + size; word += 8) {
        if (is_private(word) || block_around(word)) continue;
        Known& k = known(word);
        claim_fresh(word, k);
        const auto fresh = std::uint8_t(mask_in(word, address, size) & ~k.mask);
        if (!fresh) continue;
        k.mask |= fresh;
        const std::uint64_t bits = bits_of_mask(fresh);
        reads_.push_back({word, machine_->word_now(word) & bits, bits, pc, fresh});
    }
}

void SegmentListener::write(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    if (narrowed_) [[unlikely]] narrow(pc, address / 8 <= narrowed_->address / 8 && narrowed_->address < address + size);
    if (size == 0 || is_late(address, size, pc, true)) return;
    if (!last_.empty()) expect_write(address, size, pc);
    if (size < Contents::bytes) return write_words(address, size, pc);
    in_parts(
        address, size,
        [&](std::uint64_t block) { // by a function that depends on nothing that was there
            bool& written = blocks_[block].written;
            if (!written) writes_.push_back({block, pc, 0xff, true});
            written = true;
        },
        [&](std::uint64_t from, std::size_t bytes) { write_words(from, bytes, pc); });
}

void SegmentListener::write_words(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    for (std::uint64_t word = address & ~7ull; word < address + size; word += 8) {
        if (is_private(word)) continue;
        const KnownBlock* const block = block_around(word);
        if (block && block->written) continue; // the block's content is looked at when the segment ends
        Known& k = known(word);
        if (block) k.mask = 0xff;
        claim_fresh(word, k);
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

void SegmentListener::release(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    releases_.push_back({address, size, pc});
}

void SegmentListener::opaque(const char* function) {
    if (!opaque_) opaque_ = function;
}

// --- what nobody has announced ---------------------------------------------------------------------------------------

bool SegmentListener::has_written(std::uint64_t word, std::uint8_t mask) {
    if (const KnownBlock* const block = block_around(word); block && block->written) return true;
    const Known& k = place_of(word);
    return k.segment == segment_ && (k.written & mask) == mask;
}

/// What a block holds that this segment has allocated, the thread has put there itself, be it by functions of libraries that are not
/// followed (constructors of exceptions): it counts as written where the block was allocated.
void SegmentListener::claim_fresh(std::uint64_t word, Known& k) {
    if (!unseen_.is_fresh(word)) return;
    std::uint8_t mask = 0;
    for (unsigned i = 0; i < 8; ++i)
        if (machine_->word_now(word) >> (8 * i) & 0xff) mask |= std::uint8_t(1u << i);
    mask &= std::uint8_t(~(k.mask | k.written));
    if (!mask) return;
    k.mask |= mask;
    k.written |= mask;
    writes_.push_back({word, machine_->block_at(word).allocated_at, mask});
}

void SegmentListener::finish(bool compare) {
    notice_writes();
    // Under a debugger library code is not followed: there it is a known execution that is run again.
    if (compare && compares_ && late_.empty() && !runtime::is_debugged()) note_unseen_writes();
    narrowed_.reset();
}

void SegmentListener::note_unseen_writes() {
    std::vector<std::uint64_t> fresh_words;
    unseen_.for_each_change([&](std::uint64_t word, std::uint8_t mask, bool fresh) {
        if (has_written(word, mask) || (is_ours && is_ours(word))) return;
        if (fresh) fresh_words.push_back(word);
        else if (!unexplained_) unexplained_ = Unexplained{word + unsigned(std::countr_zero(mask)), 0, 0};
    });
    for (const std::uint64_t word : fresh_words) claim_fresh(word, known(word));
    if (!unexplained_ || !narrowed_) return;
    unexplained_->after = narrowed_->after ? narrowed_->after : last_place_;
    unexplained_->before = narrowed_->before;
}

/// Hooks come before the access: what has changed here without being recorded was written since the one before.
void SegmentListener::narrow(std::uint64_t pc, bool writes_it) {
    const std::uint64_t now = machine_->word_now(narrowed_->address & ~7ull);
    if (now != narrowed_value_ && !narrowed_written_ && !narrowed_->before) {
        narrowed_->after = last_place_;
        narrowed_->before = pc;
    }
    narrowed_value_ = now;
    narrowed_written_ = writes_it;
    last_place_ = pc;
}

// --- what invariants notice ----------------------------------------------------------------------------------------

namespace {

std::uint64_t content(const TrackedMemory::Variable& variable) {
    std::uint64_t value = 0;
    std::memcpy(&value, reinterpret_cast<const void*>(variable.address), variable.size);
    return value;
}

} // namespace

/// Where plain accesses are visible operations, what a thread writes is in the graph.
bool SegmentListener::can_notice(const TrackedMemory::Variable& variable) const {
    return !shared_.races(variable.address, variable.size);
}

void SegmentListener::look() {
    if (compares_) unseen_.look(*machine_, thread_);
    if (narrowed_) narrowed_value_ = machine_->word_now(narrowed_->address & ~7ull);
    narrowed_written_ = false;
    write_expected_ = false;
    last_.clear();
    for (const TrackedMemory::Variable& variable : tracked_.variables()) last_.push_back(content(variable));
}

/// The hook comes before the write: its value is in memory at the next one.
void SegmentListener::expect_write(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    if (write_expected_) notice_writes();
    for (const TrackedMemory::Variable& variable : tracked_.variables())
        if (address < variable.address + variable.size && variable.address < address + size) {
            write_pc_ = pc;
            write_expected_ = true;
            return;
        }
}

/// Whatever has changed since the last look was written by this thread, be it by code without hooks.
void SegmentListener::notice_writes() {
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

void SegmentListener::note(const runtime::Note& note) {
    notice_writes();
    static constexpr Change::Kind kinds[]{Change::Kind::enter, Change::Kind::leave, Change::Kind::begin, Change::Kind::end};
    changes_.push_back({kinds[std::size_t(note.kind)], 0, note.declaration, note.subject, 0, note.pc});
    if (note.kind != runtime::Note::Kind::begin) return;
    const runtime::Declaration& declaration = runtime::declarations()[note.declaration];
    for (const TermId leaf : runtime::terms().leaves_of(declaration.condition))
        if (const Term& term = runtime::terms()[leaf]; term.kind == TermKind::value)
            found_tracked_ |= tracked_.add({term.a, unsigned(term.b)});
}

} // namespace heddle::execution
