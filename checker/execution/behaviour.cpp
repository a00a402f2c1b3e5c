#include "execution/behaviour.hpp"

#include <bit>
#include <new>

namespace heddle::execution {
namespace {

constexpr std::size_t pool_block = 256 * 1024;

std::uint64_t hash(Value key) {
    std::uint64_t h = (std::uint64_t(key) ^ std::uint64_t(key >> 64)) * 0x9e3779b97f4a7c15ull;
    return h ^ (h >> 29);
}

} // namespace

Branches::Entry& Branches::place(Value key) const {
    std::uint32_t i = std::uint32_t(hash(key)) & (capacity_ - 1);
    while (table_[i].used && table_[i].key != key) i = (i + 1) & (capacity_ - 1);
    return table_[i];
}

void Branches::grow() {
    Entry* const old = table_;
    const std::uint32_t old_capacity = capacity_;
    capacity_ = capacity_ ? 2 * capacity_ : 4;
    table_ = new Entry[capacity_];
    for (std::uint32_t i = 0; i < old_capacity; ++i)
        if (old[i].used) place(old[i].key) = old[i];
    delete[] old;
}

Target& Branches::at(Value key) {
    if (!first_.used) first_.used = true, first_.key = key;
    if (first_.key == key) return first_.target;
    if (4 * (count_ + 1) > 3 * capacity_) grow();
    Entry& entry = place(key);
    if (!entry.used) entry.used = true, entry.key = key, ++count_;
    return entry.target;
}

Target Branches::find(Value key) const {
    if (first_.used && first_.key == key) return first_.target;
    if (!capacity_) return {};
    return place(key).target;
}

void Branches::release() {
    delete[] table_;
    table_ = nullptr;
    count_ = capacity_ = 0;
    first_ = {};
}

void* Behaviour::take(std::size_t bytes) {
    bytes = (bytes + 15) & ~std::size_t{15};
    if (blocks_.empty() || used_ + bytes > pool_block) {
        blocks_.push_back(std::make_unique<std::byte[]>(std::max(bytes, pool_block)));
        used_ = 0;
    }
    std::byte* const at = blocks_.back().get() + used_;
    used_ += bytes;
    bytes_ += bytes;
    return at;
}

Step* Behaviour::new_step() {
    steps_.push_back(new (take(sizeof(Step))) Step);
    return steps_.back();
}

PlainRead* Behaviour::new_read() {
    reads_.push_back(new (take(sizeof(PlainRead))) PlainRead);
    return reads_.back();
}

LargeWrite large_write_at(const Step& step, std::uint32_t effect) {
    constexpr std::uint64_t cache_line = 64;
    const auto goes_on = [](const Effect& e, const Effect& next) {
        return next.kind == AccessKind::write && e.pc == next.pc && next.cell->address == e.cell->address + e.size &&
               e.mask >> 7 && next.mask & 1;
    };
    const Effect* const first = step.effects + effect;
    if (first->kind != AccessKind::write) return {};
    LargeWrite large{0, 0};
    const auto bytes_of = [](const Effect& e) { return e.cell->block ? e.size : std::uint64_t(std::popcount(unsigned(e.mask))); };
    do {
        large.bytes += bytes_of(first[large.effects++]);
    } while (effect + large.effects < step.effect_count && goes_on(first[large.effects - 1], first[large.effects]));
    return large.bytes > cache_line ? large : LargeWrite{};
}

Effect* Behaviour::new_effects(std::size_t count) {
    return count ? new (take(count * sizeof(Effect))) Effect[count] : nullptr;
}

Change* Behaviour::new_changes(std::size_t count) {
    return count ? new (take(count * sizeof(Change))) Change[count] : nullptr;
}

runtime::TimeWord* Behaviour::new_times(std::size_t count) {
    return count ? new (take(count * sizeof(runtime::TimeWord))) runtime::TimeWord[count] : nullptr;
}

void Behaviour::forget() {
    for (Step* step : steps_) step->next.release(), step->~Step();
    for (PlainRead* read : reads_) read->next.release();
    for (Branches& root : roots_) root.release();
    roots_.clear();
    steps_.clear();
    reads_.clear();
    blocks_.clear();
    used_ = bytes_ = 0;
}

} // namespace heddle::execution
