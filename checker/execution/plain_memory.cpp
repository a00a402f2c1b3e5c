#include "execution/plain_memory.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "core/mix.hpp"

namespace heddle::execution {
namespace {

constexpr std::uint32_t block_size = 4096;

bool ordered(const ExecutionGraph& graph, ThreadId t, const Access& earlier) {
    if (earlier.thread == t) return true;
    const graph::ConstRow before = graph.hb_of_thread(t);
    return before && before[earlier.thread] > earlier.segment;
}

std::uint64_t bits_of(std::uint8_t mask) {
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < 8; ++i)
        if (mask >> i & 1) bits |= 0xffull << (8 * i);
    return bits;
}

} // namespace

Cell& Memory::cell(std::uint64_t word_address) {
    Block& block = block_of(word_address);
    if (block.in_use && !block.split) split(block);
    return word_of(block, word_address);
}

const Cell* Memory::find(std::uint64_t word_address) const {
    const auto block = blocks_.find(word_address / Contents::bytes);
    return block == blocks_.end() ? nullptr : block->second.words[word_address % Contents::bytes / 8].get();
}

Cell& Memory::word_of(Block& block, std::uint64_t address) {
    auto& found = block.words[address % Contents::bytes / 8];
    if (!found) {
        found = std::make_unique<Cell>();
        found->address = address;
        found->value = start_(context_, address);
    }
    return *found;
}

Cell& Memory::block(std::uint64_t address) {
    Block& block = block_of(address);
    if (block.in_use) return block.whole;
    block.in_use = true;
    block.whole.address = address;
    block.whole.block = &block;
    if (std::any_of(block.words.begin(), block.words.end(), [](const auto& word) { return word != nullptr; })) {
        split(block);
        return block.whole;
    }
    Contents::Content start;
    for (unsigned i = 0; i < Contents::words; ++i) start[i] = start_(context_, address + 8 * i);
    block.whole.value = contents_.number_of(start);
    return block.whole;
}

/// Words that are new hold what the block holds now and have been accessed as it was. What is undone later, to a time before
/// they were there, is undone in all of them.
void Memory::split(Block& block) {
    const bool whole = std::none_of(block.words.begin(), block.words.end(), [](const auto& word) { return word != nullptr; });
    for (unsigned i = 0; i < Contents::words; ++i) {
        Cell& word = word_of(block, block.whole.address + 8 * i);
        if (whole) word.value = contents_[block.whole.value][i], word.history = block.whole.history;
    }
    block.split = true;
}

std::uint64_t Memory::content_of(const Block& block) const {
    Contents::Content content;
    for (unsigned i = 0; i < Contents::words; ++i) content[i] = block.words[i]->value;
    return contents_.number_of(content);
}

// --- a fingerprint of all that the cells hold ---------------------------------------------------------------------------

namespace {

/// In place of a value: memory that is freed.
constexpr std::uint64_t freed = 0x6a09'e667'f3bc'c908;

} // namespace

Fingerprint Memory::hash(std::uint64_t address, std::uint64_t value) {
    const std::uint64_t low = mix(address ^ 0x2d358dccaa6c78a5, value ^ 0x8bb84b93962eacc9);
    return {low, mix(low ^ address, value + 0x4b33a62ed433d4a3)};
}

std::uint64_t Memory::content_at_start(const Block& block) const {
    Contents::Content start;
    for (unsigned i = 0; i < Contents::words; ++i) start[i] = start_(context_, block.whole.address + 8 * i);
    return contents_.number_of(start);
}

/// Of a whole block: an address that no word has.
std::uint64_t Memory::name_of(const Cell& cell) { return cell.address + (cell.block ? 1 : 0); }

Fingerprint Memory::share_of(const Cell& cell) const {
    return hash(name_of(cell), cell.value) - hash(name_of(cell), at_start(cell));
}

void Memory::count_released(const Cell& cell) {
    if (keeps_fingerprint_) fingerprint_ = fingerprint_ - share_of(cell) + hash(name_of(cell), freed);
}

Slot& Memory::slot(std::uint64_t address, unsigned size) {
    Cell& home = cell(address & ~7ull);
    for (Slot* slot : home.slots)
        if (slot->address == address && slot->size == size) return *slot;
    if (address % size != 0 && size > 1)
        throw Unsupported(fmt::format("an atomic access of {} bytes is not aligned to its size", size));
    auto slot = std::make_unique<Slot>();
    slot->address = address;
    slot->cell = &home;
    slot->size = std::uint8_t(size);
    slot->mask = std::uint8_t(((1u << std::min(size, 8u)) - 1) << (address & 7));
    slot->number = std::uint32_t(slots_.size());
    home.slots.push_back(slot.get());
    if (size == 16) {
        slot->second = &cell(address + 8);
        slot->second->slots.push_back(slot.get());
    }
    slots_.push_back(std::move(slot));
    return *slots_.back();
}

const Access* Memory::remember(const Access& access) {
    if (accesses_used_ == access_blocks_.size() * block_size)
        access_blocks_.push_back(std::make_unique<Access[]>(block_size));
    Access& place = access_blocks_[accesses_used_ / block_size][accesses_used_ % block_size];
    ++accesses_used_;
    place = access;
    return &place;
}

std::optional<Conflict> Memory::access(const ExecutionGraph& graph, ThreadId t, Cell& cell, std::uint8_t mask,
                                       AccessKind kind, std::uint64_t pc) {
    if (cell.block && cell.block->split) return access_words(graph, t, *cell.block, kind, pc);
    if (const Access* gone = released(cell)) return Conflict{*gone, graph::no_event, ordered(graph, t, *gone), cell.address};
    if (on_access) on_access(t, cell, kind);
    const bool writes = kind != AccessKind::read;
    bool same_again = false; // a read that this segment has noted already
    bool superseded = false; // older entries that the new one stands for
    const std::uint32_t segment = graph.count_of(t);
    for (const Access* a = cell.history; a; a = a->next) {
        if (!(a->mask & mask)) continue;
        if (a->kind == AccessKind::release || ((writes || a->kind == AccessKind::write) && a->thread != t)) {
            const bool in_order = ordered(graph, t, *a);
            if (!in_order || a->kind == AccessKind::release) return Conflict{*a, graph::no_event, in_order, cell.address};
        }
        if (writes || (a->kind == AccessKind::read && a->thread == t)) superseded = true;
        if (!writes && a->thread == t && a->segment == segment && (a->mask & mask) == mask) same_again = true;
    }
    if (!cell.slots.empty())
        if (auto conflict = against_atomics(graph, t, cell, mask, writes)) return conflict;
    if (same_again) return std::nullopt;
    log(cell);
    const Access* rest = cell.history;
    if (superseded) { // drop what the new entry covers: all of it for a write, the thread's own reads for a read
        rest = nullptr;
        for (const Access* a = cell.history; a; a = a->next) {
            const bool covered = writes || (a->kind == AccessKind::read && a->thread == t);
            Access kept = *a;
            if (covered) kept.mask &= std::uint8_t(~mask);
            if (!kept.mask) continue;
            kept.next = rest;
            rest = remember(kept);
        }
    }
    cell.history = remember({rest, pc, t, segment, mask, kind});
    if (kind == AccessKind::release) count_released(cell);
    return std::nullopt;
}

std::optional<Conflict> Memory::access_words(const ExecutionGraph& graph, ThreadId t, Block& block, AccessKind kind,
                                             std::uint64_t pc) {
    for (const auto& word : block.words)
        if (auto conflict = access(graph, t, *word, 0xff, kind, pc)) return conflict;
    return std::nullopt;
}

/// Blocks of gigabytes have few cells: the rest of them is remembered as gone.
std::optional<Conflict> Memory::release(const ExecutionGraph& graph, ThreadId t, std::uint64_t address, std::uint64_t size,
                                        std::uint64_t pc) {
    std::optional<Conflict> twice; // where nothing was ever touched
    for (const Released& other : releases_) {
        const std::uint64_t first = std::max(address, other.address);
        if (first < std::min(address + size, other.address + other.size) && (!twice || first < twice->address))
            twice = Conflict{other.by, graph::no_event, ordered(graph, t, other.by), first};
    }
    auto conflict = release_cells(graph, t, address / Contents::bytes, size / Contents::bytes, pc);
    if (conflict && twice) return conflict->address < twice->address ? conflict : twice;
    if (conflict || twice) return conflict ? conflict : twice;
    if (keeps_fingerprint_) fingerprint_ = fingerprint_ + hash(address + 1, freed + size);
    releases_.push_back({address, size, {nullptr, pc, t, graph.count_of(t), 0xff, AccessKind::release}});
    return std::nullopt;
}

/// The cells of `count` blocks from that number on, in the order of addresses.
std::optional<Conflict> Memory::release_cells(const ExecutionGraph& graph, ThreadId t, std::uint64_t first, std::uint64_t count,
                                              std::uint64_t pc) {
    std::vector<std::uint64_t> numbers;
    if (count < blocks_.size()) {
        for (std::uint64_t number = first; number < first + count; ++number)
            if (blocks_.contains(number)) numbers.push_back(number);
    } else {
        for (const auto& [number, block] : blocks_)
            if (number - first < count) numbers.push_back(number);
        std::sort(numbers.begin(), numbers.end());
    }
    for (const std::uint64_t number : numbers) {
        Block& block = blocks_.at(number);
        if (block.in_use) {
            if (auto conflict = access(graph, t, block.whole, 0xff, AccessKind::release, pc)) return conflict;
            continue;
        }
        for (const auto& word : block.words)
            if (word)
                if (auto conflict = access(graph, t, *word, 0xff, AccessKind::release, pc)) return conflict;
    }
    return std::nullopt;
}

const Access* Memory::released(const Cell& cell) const {
    for (const Released& released : releases_)
        if (cell.address - released.address < released.size) return &released.by;
    return nullptr;
}

std::optional<Conflict> Memory::against_atomics(const ExecutionGraph& graph, ThreadId t, Cell& cell, std::uint8_t mask,
                                                bool write) {
    const graph::ConstRow before = graph.hb_of_thread(t);
    for (Slot* slot : cell.slots) {
        const std::uint8_t bytes = slot->cell == &cell ? slot->mask : 0xff;
        if (slot->location == graph::no_location || !(bytes & mask)) continue;
        const graph::Location& location = graph.location(slot->location);
        if (location.is_queue) { // a mutex's own bytes: only its destruction by a reuse of the memory is of interest
            if (!write) continue;
            if (in_use_ && in_use_(in_use_context_, slot->location)) return Conflict{{}, graph::no_event, false, cell.address, slot->location};
            set_location(*slot, graph::no_location);
            continue;
        }
        const auto conflicts = [&](EventId e) {
            return graph[e].thread != t && !(before && graph.contains(before, e));
        };
        for (const EventId w : location.mo)
            if (conflicts(w)) return Conflict{{}, w, false, cell.address};
        if (!write) continue;
        for (const EventId r : location.reads)
            if (conflicts(r)) return Conflict{{}, r, false, cell.address};
        set_location(*slot, graph::no_location);
    }
    return std::nullopt;
}

std::optional<Conflict> Memory::atomic_access(const ExecutionGraph& graph, EventId e, const Slot& slot) const {
    const graph::Event& event = graph[e];
    const graph::ConstRow before = graph.hb(e);
    for (const Cell* cell : {slot.cell, slot.second}) {
        if (!cell) continue;
        const std::uint8_t mask = cell == slot.cell ? slot.mask : 0xff;
        const auto in_order_after = [&](const Access& a) { return a.thread == event.thread || before[a.thread] > a.segment; };
        if (const Access* gone = released(*cell)) return Conflict{*gone, graph::no_event, in_order_after(*gone), cell->address};
        for (const Access* a = cell->history; a; a = a->next) {
            if (!(a->mask & mask)) continue;
            if (a->kind == AccessKind::read && (event.is_read() || event.chain)) continue;
            const bool in_order = in_order_after(*a);
            if (!in_order || a->kind == AccessKind::release) return Conflict{*a, graph::no_event, in_order, cell->address};
        }
        if (cell->slots.size() > 1) check_overlap(*cell, slot);
    }
    return std::nullopt;
}

void Memory::check_overlap(const Cell& cell, const Slot& slot) {
    const auto bytes = [&](const Slot& s) { return s.cell == &cell ? s.mask : std::uint8_t{0xff}; };
    for (const Slot* other : cell.slots)
        if (other != &slot && other->location != graph::no_location && (bytes(*other) & bytes(slot)))
            throw Unsupported(fmt::format("atomic accesses of different sizes ({} and {} bytes) to the same memory",
                                          unsigned(slot.size), unsigned(other->size)));
}

void Memory::set_value(Cell& cell, std::uint64_t value) {
    if (cell.block && cell.block->split) {
        for (unsigned i = 0; i < Contents::words; ++i) set_value(*cell.block->words[i], contents_[value][i]);
        return;
    }
    if (cell.value == value) return;
    log(cell);
    if (keeps_fingerprint_) fingerprint_ = fingerprint_ + hash(name_of(cell), value) - hash(name_of(cell), cell.value);
    cell.value = value;
}

Value Memory::value_of(const Slot& slot) const {
    if (slot.second) return Value{slot.cell->value} | Value{slot.second->value} << 64;
    return truncate(slot.cell->value >> (8 * (slot.address & 7)), slot.size);
}

void Memory::set_value(Slot& slot, Value value) {
    if (slot.second) {
        set_value(*slot.cell, std::uint64_t(value));
        set_value(*slot.second, std::uint64_t(value >> 64));
        return;
    }
    const std::uint64_t bits = bits_of(slot.mask);
    set_value(*slot.cell, (slot.cell->value & ~bits) | (std::uint64_t(value) << (8 * (slot.address & 7)) & bits));
}

void Memory::set_location(Slot& slot, LocationId location) {
    log_.push_back({nullptr, &slot, slot.location, nullptr});
    slot.location = location;
}

void Memory::undo(Mark mark) {
    while (log_.size() > mark.log) {
        const Undo& u = log_.back();
        if (!u.cell) {
            u.slot->location = LocationId(u.value);
        } else if (u.cell->block && u.cell->block->split) { // it was whole then
            for (unsigned i = 0; i < Contents::words; ++i) {
                Cell& word = *u.cell->block->words[i];
                word.value = contents_[u.value][i], word.history = u.history;
            }
        } else {
            u.cell->value = u.value, u.cell->history = u.history;
        }
        log_.pop_back();
    }
    accesses_used_ = mark.accesses;
    releases_.resize(mark.releases);
}

void Memory::restart() {
    undo({});
    fingerprint_ = {};
}

} // namespace heddle::execution
