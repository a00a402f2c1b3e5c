#include "native/past_stores.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <ctime>
#include <mutex>

#include "native/address_space.hpp"
#include "native/noise.hpp"
#include "native/thread.hpp"

namespace heddle::native {

std::atomic<bool> remembers_stores{false};

namespace {

constexpr unsigned depth = 8;               ///< stores of an object that are known
constexpr unsigned most_readers = 8;        ///< threads noted with a store
constexpr unsigned most_times = 12;         ///< a thread reads the same overwritten store so often
constexpr std::uint64_t long_ago = 20'000;  ///< microseconds after which a store is visible to all
constexpr std::uint32_t most_histories = 1u << 16;

unsigned staleness_ = 0;
std::atomic<std::uint64_t> visible_until_{0}; ///< stores made until then are visible to all

std::uint64_t microseconds() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

/// A thread that made the store, or read it.
struct Knower {
    Stamp since;             ///< the first time
    std::uint32_t times = 0; ///< it was read although there was a newer one
};

struct Store : PastStore {
    std::uint64_t made = 0;    ///< when
    std::uint64_t seq_cst = 0; ///< number in S of the first seq_cst access that made or read it; 0: none
    std::array<Knower, most_readers> knowers;
    unsigned knower_count = 0;

    void begin(std::uint64_t stored, const Message& released) {
        value = stored;
        message.copy(released);
        made = microseconds();
        seq_cst = 0;
        knower_count = 0;
    }
    Knower* knower(Slot slot) {
        for (unsigned i = 0; i < knower_count; ++i)
            if (knowers[i].since.slot == slot) return &knowers[i];
        return nullptr;
    }
    /// Whether somebody knew of the store at a moment that the clock (an Epoch for each Slot) covers.
    template <typename Clock>
    bool known_to(const Clock& clock) const {
        for (unsigned i = 0; i < knower_count; ++i)
            if (clock[knowers[i].since.slot] >= knowers[i].since.epoch) return true;
        return false;
    }
};

/// The last stores of one object, oldest first; the newest is what the memory holds.
class History {
public:
    std::atomic<bool> ended{false}; ///< objects overlap here: there is no order of stores to speak of

    unsigned count() const { return count_; }
    Store& operator[](unsigned i) { return stores_[(first_ + i) % depth]; }
    bool newest_is(std::uint64_t memory, unsigned size) { return count_ && size_ == size && (*this)[count_ - 1].value == memory; }
    void clear() { count_ = 0; }
    void begin(unsigned size) { count_ = 0, size_ = size; }
    Store& add() {
        if (count_ == depth) first_ = (first_ + 1) % depth;
        else ++count_;
        return (*this)[count_ - 1];
    }
    /// What is older than the i-th store cannot be read any more.
    void forget_before(unsigned i) {
        first_ = (first_ + i) % depth;
        count_ -= i;
    }
    bool overlaps(std::uint64_t mine, std::uint64_t address, unsigned size) const {
        return mine < address + size && address < mine + size_;
    }

private:
    std::array<Store, depth> stores_;
    unsigned first_ = 0, count_ = 0, size_ = 0;
};

History** histories_; ///< by number of the Sync
std::atomic<std::uint32_t> history_count_{0};

History* history_of(const Sync& sync) {
    History* history = std::atomic_ref(histories_[index_of(sync)]).load(std::memory_order_acquire);
    return history && !history->ended.load(std::memory_order_relaxed) ? history : nullptr;
}

/// S: the order of execution of all seq_cst operations.
struct SeqCst {
    struct Fence {
        Stamp at; ///< a clock that covers it covers the fence
        std::uint64_t number = 0;
        Message before; ///< what happens before it or an earlier one
    };
    SpinLock lock;
    std::uint64_t number = 0;
    Message before_fences; ///< what happens before a fence so far
    std::array<Fence, 32> fences;
    std::uint64_t fence_count = 0;

    /// The last fence that happens before what the thread does now; null: none. When it is not known any more, a later one.
    const Fence* last_before(const Thread& thread) const {
        const std::uint64_t oldest = fence_count > fences.size() ? fence_count - fences.size() : 0;
        for (std::uint64_t i = fence_count; i-- > oldest;) {
            const Fence& fence = fences[i % fences.size()];
            if (thread.clock[fence.at.slot] >= fence.at.epoch) return &fence;
        }
        return oldest ? &fences[oldest % fences.size()] : nullptr;
    }
};
SeqCst* seq_cst_;

/// The oldest store that the load may read.
unsigned oldest_for(Thread& thread, History& history, const SeqCst& s, MemoryOrder order) {
    const SeqCst::Fence* fence = s.last_before(thread);
    const std::uint64_t now = microseconds(), visible = std::max(now - long_ago, visible_until_.load(std::memory_order_relaxed));
    for (unsigned i = history.count(); i-- > 1;) {
        const Store& store = history[i];
        if (store.known_to(thread.clock) || store.made <= visible) return i;
        if (fence && (store.known_to(fence->before) || (store.seq_cst && store.seq_cst < fence->number))) return i;
        if (order == MemoryOrder::seq_cst && (store.seq_cst || store.known_to(s.before_fences))) return i;
    }
    return 0;
}

/// Which of the stores from `oldest` on the load reads.
unsigned choose(Thread& thread, History& history, unsigned oldest) {
    const unsigned newest = history.count() - 1;
    if (oldest == newest || random_of(thread) % 4 >= staleness_) return newest;
    const auto chosen = oldest + static_cast<unsigned>(random_of(thread) % (newest - oldest));
    const Knower* knower = history[chosen].knower(thread.slot);
    return knower && knower->times >= most_times ? newest : chosen;
}

} // namespace

Stamp stamp_of(Thread& thread) {
    thread.news = true;
    return {thread.slot, thread.epoch()};
}

void remember_stores(unsigned staleness) {
    staleness_ = staleness;
    histories_ = static_cast<History**>(reserve(sizeof(History*) * std::uint64_t{max_syncs}));
    seq_cst_ = new SeqCst;
    remembers_stores = true;
}

const PastStore* note_load(Thread& thread, const Sync& sync, std::uint64_t memory, unsigned size, MemoryOrder order, bool newest) {
    History* history = history_of(sync);
    if (!history || !history->count()) return nullptr;
    if (!only_atomic(sync) || !history->newest_is(memory, size)) {
        history->clear();
        return nullptr;
    }
    SeqCst& s = *seq_cst_;
    const std::lock_guard guard(s.lock);
    const unsigned last = history->count() - 1;
    const unsigned chosen = newest ? last : choose(thread, *history, oldest_for(thread, *history, s, order));
    Store& store = (*history)[chosen];
    if (order == MemoryOrder::seq_cst) {
        ++s.number;
        if (!store.seq_cst) store.seq_cst = s.number;
    }
    const Stamp now = stamp_of(thread);
    Knower* knower = store.knower(now.slot);
    if (!knower && store.knower_count < most_readers) {
        knower = &store.knowers[store.knower_count++];
        *knower = {now, 0};
    }
    if (knower && chosen != last) ++knower->times;
    if (!knower) history->forget_before(chosen); // too many to note: it is as if everybody knew it
    return chosen == last ? nullptr : &store;
}

void expect_store(const Sync& sync, std::uint64_t memory, unsigned size) {
    History* history = history_of(sync);
    if (!history) {
        auto place = std::atomic_ref(histories_[index_of(sync)]);
        if (place.load(std::memory_order_relaxed) || history_count_.load(std::memory_order_relaxed) >= most_histories) return;
        history_count_.fetch_add(1, std::memory_order_relaxed);
        place.store(history = new History, std::memory_order_release);
    }
    if (history->newest_is(memory, size)) return;
    history->begin(size);
    history->add().begin(memory, sync.message); // whoever wrote it: the oldest store can always be read
}

void note_store(const Sync& sync, std::uint64_t value, Stamp by, MemoryOrder order) {
    History* history = history_of(sync);
    if (!history) return;
    Store& store = history->add();
    store.begin(value, sync.message);
    store.knowers[store.knower_count++] = {by, 0};
    if (order != MemoryOrder::seq_cst) return;
    SeqCst& s = *seq_cst_;
    const std::lock_guard guard(s.lock);
    store.seq_cst = ++s.number;
}

void forget_past_stores(const Sync& sync) {
    if (History* history = histories_[index_of(sync)]) {
        history->clear();
        history->ended.store(false, std::memory_order_relaxed);
    }
}

void end_overlapping_histories(std::uint64_t address, unsigned size) {
    for (std::uint64_t granule = address & ~std::uint64_t{7}; granule < address + size; granule += 8)
        for (const Sync* sync = first_sync_at(granule); sync; sync = sync_after(*sync)) {
            History* history = sync->address == address ? nullptr : history_of(*sync);
            if (history && history->overlaps(sync->address, address, size)) history->ended.store(true, std::memory_order_relaxed);
        }
}

void end_history_at(std::uint64_t address) {
    Sync* sync = find_sync(address);
    if (!sync) return;
    const std::lock_guard guard(sync->lock);
    if (History* history = history_of(*sync)) history->clear();
}

void hold_past_stores() {
    if (seq_cst_) seq_cst_->lock.lock();
}
void let_past_stores_go() {
    if (seq_cst_) seq_cst_->lock.unlock();
}
void show_all_stores() { visible_until_.store(microseconds(), std::memory_order_relaxed); }

void note_seq_cst_fence(Thread& thread) {
    SeqCst& s = *seq_cst_;
    const std::lock_guard guard(s.lock);
    s.before_fences.join(thread.released_by_fence);
    SeqCst::Fence& fence = s.fences[s.fence_count++ % s.fences.size()];
    fence.at = {thread.slot, thread.released_by_fence[thread.slot]};
    fence.number = ++s.number;
    fence.before.copy(s.before_fences);
}

} // namespace heddle::native
