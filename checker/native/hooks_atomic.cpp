// Atomic operations on real threads. They are executed as they are; what happens before what follows from the values
// and memory orders as C++20 has it: a release sequence goes on through read-modify-writes only, a relaxed store ends it,
// fences turn relaxed accesses into synchronisation. Where clocks have to move with the value, access and clock are one
// step under the object's lock.
//
// Each operation is there twice: with noise (stores that wait, loads that see older stores) and without, where nothing is to
// be paid for that.
#include <atomic>
#include <cstring>
#include <mutex>

#include <sched.h>

#include "native/accesses.hpp"
#include "native/findings.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/locking.hpp"
#include "native/noise.hpp"
#include "native/past_stores.hpp"
#include "native/real.hpp"
#include "native/recorder.hpp"
#include "native/terms.hpp"

namespace heddle::native {
namespace {

using Kind = trace::RecordedKind;
using Bits128 = unsigned __int128;

MemoryOrder order_of(int order) { return static_cast<MemoryOrder>(order & 7); }

template <typename T>
constexpr unsigned log_size_of = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;

template <typename T>
void note(const volatile T* object, Access kind, std::uint64_t pc) {
    const auto address = reinterpret_cast<std::uint64_t>(object);
    if (address % sizeof(T)) [[unlikely]] return access_range(address, sizeof(T), kind, pc);
    access(address, log_size_of<T>, kind, pc);
    if constexpr (sizeof(T) == 16) access(address + 8, 3, kind, pc);
}

/// Lets others run after a thread has only looked for a while. To be made before the object is locked: whoever yields with
/// the lock in its hand keeps those waiting whom it waits for.
class Rest {
public:
    explicit Rest(Thread& thread) : thread_(thread) {}
    ~Rest() {
        if (!thread_.tired) return;
        thread_.tired = false;
        sched_yield();
    }
    Rest(const Rest&) = delete;

private:
    Thread& thread_;
};

/// A thread that only looks, over and over: it needs a rest, and the watcher should see it.
void looked(Thread& thread, std::uint64_t address, std::uint64_t pc) {
    Watched& watched = *thread.watched;
    const std::uint64_t spins = watched.spins.load(std::memory_order_relaxed) + 1;
    watched.spins.store(spins, std::memory_order_relaxed);
    watched.looked_at = address;
    const std::uint64_t moves = watched.moves.load(std::memory_order_relaxed);
    if (thread.moves_seen != moves) thread.moves_seen = moves, thread.idle_spins = 0;
    if (++thread.idle_spins % 64 != 0) return;
    watched.at.count = static_cast<std::uint32_t>(stack_of(place_of(thread, pc), watched.at.pcs.data(), watched.at.pcs.size()));
    thread.tired = true;
}

void moved(Thread& thread) {
    Watched& watched = *thread.watched;
    watched.moves.store(watched.moves.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

/// The clock part of a read of the object, when that is what was released to it.
void read_clock(Thread& thread, const Message& message, MemoryOrder order) {
    if (is_acquire(order)) acquire_from(thread, message);
    else if (!message.empty()) thread.acquired_by_fence.join(message);
}

/// The clock part of a write: `sequence` tells whether it continues the release sequences that it read from.
void write_clock(Thread& thread, Sync& sync, MemoryOrder order, bool sequence) {
    sequence |= !only_atomic(sync);
    if (is_release(order)) {
        release_to(thread, sync.message, sequence);
    } else if (!sequence) {
        sync.message.copy(thread.released_by_fence);
    } else if (!thread.released_by_fence.empty()) {
        sync.message.join(thread.released_by_fence);
    }
}

/// The object as far as it matters: without a recording, one that nothing was ever released to need not be known.
Sync* known(const volatile void* object, bool needed) {
    const auto address = reinterpret_cast<std::uint64_t>(object);
    if (!needed && !me->recorder) return find_sync(address);
    Sync& sync = sync_at(address);
    if (!sync.kind) sync.kind = static_cast<std::uint32_t>(SyncKind::atomic);
    return &sync;
}

/// After a read-modify-write of an object that was not known: what it read may have been released meanwhile.
void acquire_from_new(Thread& thread, const volatile void* object, MemoryOrder order) {
    if (thread.ignore_sync) return;
    if (Sync* sync = find_sync(reinterpret_cast<std::uint64_t>(object))) {
        const std::lock_guard guard(sync->lock);
        read_clock(thread, sync->message, order);
    }
}

/// Of these objects the last stores are remembered.
template <typename T>
bool remembered() {
    return remembers_stores && sizeof(T) <= 8;
}

/// With noise: an access to these bytes means something for what is remembered.
template <typename T>
void touch(const Thread& thread, const volatile T* object) {
    if (!remembers_stores) return;
    const auto address = reinterpret_cast<std::uint64_t>(object);
    end_overlapping_histories(address, sizeof(T));
    if (thread.ignore_sync || sizeof(T) > 8) end_history_at(address);
}

/// Like it, when the operation is not looked at.
template <typename T>
void touch_unwatched(const volatile T* object) {
    if (remembers_stores) end_history_at(reinterpret_cast<std::uint64_t>(object));
}

template <bool noise, typename T>
T load_watched(Thread& thread, const volatile T* object, int given, std::uint64_t pc) {
    T* place = const_cast<T*>(object);
    if constexpr (noise) perturb(thread);
    note(object, Access::atomic_read, pc);
    const MemoryOrder order = order_of(given);
    const Inside inside;
    if constexpr (noise) {
        // A seq_cst load as well: libstdc++'s notify_one() asks by one whether anybody waits, after a store that may be weaker.
        if (order == MemoryOrder::seq_cst) drain(thread);
        else before_load(thread, reinterpret_cast<std::uint64_t>(object), sizeof(T));
        touch(thread, object);
    }
    const Rest rest(thread);
    looked(thread, reinterpret_cast<std::uint64_t>(object), pc);
    Sync* sync = thread.ignore_sync ? nullptr : known(object, false);
    if (!sync) {
        const T value = __atomic_load_n(place, __ATOMIC_SEQ_CST);
        // A release makes the object before it writes: still none means that the value carries nothing.
        if (thread.ignore_sync || !(sync = known(object, false))) return value;
    }
    const std::lock_guard guard(sync->lock);
    const T value = __atomic_load_n(place, __ATOMIC_SEQ_CST);
    if constexpr (noise && sizeof(T) <= 8)
        if (remembers_stores)
            if (const PastStore* older = note_load(thread, *sync, value, sizeof(T), order)) {
                read_clock(thread, older->message, order);
                return static_cast<T>(older->value);
            }
    read_clock(thread, sync->message, order);
    if (thread.recorder) thread.recorder->sync(Kind::atomic_read, *sync, pc, value, 0, order, sizeof(T));
    return value;
}

template <typename T>
T load(const volatile T* object, int given, std::uint64_t pc) {
    if (!watching()) return __atomic_load_n(const_cast<T*>(object), __ATOMIC_SEQ_CST);
    return noisy ? load_watched<true>(*me, object, given, pc) : load_watched<false>(*me, object, given, pc);
}

template <bool noise, typename T>
void store_watched(Thread& thread, volatile T* object, T value, int given, std::uint64_t pc) {
    T* place = const_cast<T*>(object);
    const MemoryOrder order = order_of(given);
    if constexpr (noise) {
        if (order == MemoryOrder::seq_cst) visible(thread);
        else visible_access(thread);
    }
    note(object, Access::atomic_write, pc);
    const Inside inside;
    if constexpr (noise) {
        touch(thread, object);
        if (order != MemoryOrder::seq_cst && sizeof(T) <= 8 && may_wait(thread, reinterpret_cast<std::uint64_t>(object))) {
            WaitingStore& waiting = put_off(thread);
            waiting.address = reinterpret_cast<std::uint64_t>(object);
            waiting.value = value;
            waiting.size = sizeof(T);
            waiting.relaxed = !is_release(order);
            waiting.made = stamp_of(thread);
            if (is_release(order)) release_to(thread, waiting.message, false);
            else waiting.message.copy(thread.released_by_fence);
            moved(thread);
            may_overtake(thread);
            return;
        }
        drain(thread);
    }
    moved(thread);
    const bool needed = is_release(order) || !thread.released_by_fence.empty() || (noise && remembered<T>());
    Sync* sync = thread.ignore_sync ? nullptr : known(object, needed);
    if (!sync) return __atomic_store_n(place, value, __ATOMIC_SEQ_CST);
    const std::lock_guard guard(sync->lock);
    if constexpr (noise && sizeof(T) <= 8)
        if (remembers_stores) {
            expect_store(*sync, __atomic_exchange_n(place, value, __ATOMIC_SEQ_CST), sizeof(T));
            const Stamp now = stamp_of(thread);
            write_clock(thread, *sync, order, false);
            return note_store(*sync, value, now, order);
        }
    __atomic_store_n(place, value, __ATOMIC_SEQ_CST);
    write_clock(thread, *sync, order, false);
    if (thread.recorder) thread.recorder->sync(Kind::atomic_write, *sync, pc, value, 0, order, sizeof(T));
}

template <typename T>
void store(volatile T* object, T value, int given, std::uint64_t pc) {
    if (!watching()) {
        __atomic_store_n(const_cast<T*>(object), value, __ATOMIC_SEQ_CST);
        return touch_unwatched(object);
    }
    if (noisy) store_watched<true>(*me, object, value, given, pc);
    else store_watched<false>(*me, object, value, given, pc);
}

/// The clocks of a read-modify-write of a locked object, and what is remembered of it.
template <bool noise, typename T>
void update_clock(Thread& thread, Sync& sync, T old, T value, MemoryOrder order) {
    const bool remember = noise && remembered<T>();
    if (remember) expect_store(sync, static_cast<std::uint64_t>(old), sizeof(T));
    const Stamp now = remember ? stamp_of(thread) : Stamp{};
    read_clock(thread, sync.message, order);
    write_clock(thread, sync, order, true);
    if (remember) note_store(sync, static_cast<std::uint64_t>(value), now, order);
}

/// `change(old)` is the new value.
template <bool noise, typename T, typename Change>
T modify_watched(Thread& thread, volatile T* object, int given, std::uint64_t pc, Change change, auto act) {
    if constexpr (noise) visible(thread);
    note(object, Access::atomic_write, pc);
    const MemoryOrder order = order_of(given);
    const Inside inside;
    if constexpr (noise) touch(thread, object);
    const Rest rest(thread);
    const bool needed = is_release(order) || !thread.released_by_fence.empty() || (noise && remembered<T>());
    Sync* sync = thread.ignore_sync ? nullptr : known(object, needed);
    if (!sync) {
        const T old = act();
        if (change(old) == old) looked(thread, reinterpret_cast<std::uint64_t>(object), pc);
        else moved(thread);
        acquire_from_new(thread, object, order);
        return old;
    }
    const std::lock_guard guard(sync->lock);
    const T old = act();
    if (change(old) == old) looked(thread, reinterpret_cast<std::uint64_t>(object), pc);
    else moved(thread);
    update_clock<noise>(thread, *sync, old, change(old), order);
    if (thread.recorder) {
        thread.recorder->sync(Kind::rmw_read, *sync, pc, old, 0, order, sizeof(T));
        thread.recorder->sync(Kind::rmw_write, *sync, pc, change(old), 0, order, sizeof(T), true);
    }
    return old;
}

template <typename T, typename Change>
T modify(volatile T* object, int given, std::uint64_t pc, Change change) {
    T* place = const_cast<T*>(object);
    const auto act = [&] {
        T old = __atomic_load_n(place, __ATOMIC_RELAXED);
        while (!__atomic_compare_exchange_n(place, &old, change(old), true, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {}
        return old;
    };
    if (!watching()) {
        const T old = act();
        touch_unwatched(object);
        return old;
    }
    return noisy ? modify_watched<true>(*me, object, given, pc, change, act) : modify_watched<false>(*me, object, given, pc, change, act);
}

/// Writes if `matches(old)`. @return whether it did; what was there is in `old`
template <typename T, typename Matches>
bool exchange_if(T* place, T& old, T desired, Matches matches) {
    old = __atomic_load_n(place, __ATOMIC_SEQ_CST);
    do {
        if (!matches(old)) return false;
    } while (!__atomic_compare_exchange_n(place, &old, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    return true;
}

template <bool noise, typename T, typename Matches>
bool compare_exchange_watched(Thread& thread, volatile T* object, Matches matches, T& old, T desired, int given, int failure, std::uint64_t pc) {
    T* place = const_cast<T*>(object);
    if constexpr (noise) visible(thread);
    note(object, Access::atomic_write, pc);
    const Inside inside;
    if constexpr (noise) touch(thread, object);
    const Rest rest(thread);
    const MemoryOrder order = order_of(given);
    const bool needed = is_release(order) || !thread.released_by_fence.empty() || (noise && remembered<T>());
    Sync* sync = thread.ignore_sync ? nullptr : known(object, needed);
    if (!sync) {
        const bool done = exchange_if(place, old, desired, matches);
        if (done) moved(thread);
        else looked(thread, reinterpret_cast<std::uint64_t>(object), pc);
        acquire_from_new(thread, object, done ? order : order_of(failure));
        return done;
    }
    const std::lock_guard guard(sync->lock);
    const bool done = exchange_if(place, old, desired, matches);
    if (done) {
        update_clock<noise>(thread, *sync, old, desired, order);
        moved(thread);
    } else {
        if constexpr (noise && sizeof(T) <= 8) // like every read-modify-write it sees the newest store
            if (remembers_stores) note_load(thread, *sync, old, sizeof(T), order_of(failure), true);
        read_clock(thread, sync->message, order_of(failure));
        looked(thread, reinterpret_cast<std::uint64_t>(object), pc);
    }
    if (thread.recorder) {
        thread.recorder->sync(Kind::rmw_read, *sync, pc, old, 0, done ? order : order_of(failure), sizeof(T));
        if (done) thread.recorder->sync(Kind::rmw_write, *sync, pc, desired, 0, order, sizeof(T), true);
    }
    return done;
}

/// @return whether it matched and was written; what was there is in `old`
template <typename T, typename Matches>
bool compare_exchange(volatile T* object, Matches matches, T& old, T desired, int given, int failure, std::uint64_t pc) {
    if (!watching()) {
        const bool done = exchange_if(const_cast<T*>(object), old, desired, matches);
        touch_unwatched(object);
        return done;
    }
    return noisy ? compare_exchange_watched<true>(*me, object, matches, old, desired, given, failure, pc)
                 : compare_exchange_watched<false>(*me, object, matches, old, desired, given, failure, pc);
}

template <typename T>
T compare_exchange(volatile T* object, T expected, T desired, int given, int failure, std::uint64_t pc) {
    T old = expected;
    compare_exchange(object, [expected](T there) { return there == expected; }, old, desired, given, failure, pc);
    return old;
}

// --- the instrumentation's functions ---

template <typename T>
T atomic_load(const volatile T* object, int order) { return load(object, order, HEDDLE_CALLER); }
template <typename T>
void atomic_store(volatile T* object, T value, int order) { store(object, value, order, HEDDLE_CALLER); }
template <typename T>
T exchange(volatile T* object, T value, int order) {
    return modify(object, order, HEDDLE_CALLER, [value](T) { return value; });
}
template <typename T>
T fetch_add(volatile T* object, T value, int order) {
    return modify(object, order, HEDDLE_CALLER, [value](T old) { return static_cast<T>(old + value); });
}
template <typename T>
T fetch_sub(volatile T* object, T value, int order) {
    return modify(object, order, HEDDLE_CALLER, [value](T old) { return static_cast<T>(old - value); });
}
template <typename T>
T fetch_and(volatile T* object, T value, int order) {
    return modify(object, order, HEDDLE_CALLER, [value](T old) { return static_cast<T>(old & value); });
}
template <typename T>
T fetch_or(volatile T* object, T value, int order) {
    return modify(object, order, HEDDLE_CALLER, [value](T old) { return static_cast<T>(old | value); });
}
template <typename T>
T fetch_xor(volatile T* object, T value, int order) {
    return modify(object, order, HEDDLE_CALLER, [value](T old) { return static_cast<T>(old ^ value); });
}
template <typename T>
T fetch_nand(volatile T* object, T value, int order) {
    return modify(object, order, HEDDLE_CALLER, [value](T old) { return static_cast<T>(~(old & value)); });
}
template <typename T>
int compare_exchange_in(volatile T* object, T* expected, T desired, int order, int failure) {
    const std::uint64_t pc = HEDDLE_CALLER;
    access_range(reinterpret_cast<std::uint64_t>(expected), sizeof(T), Access::read, pc);
    const T wanted = *expected, old = compare_exchange(object, wanted, desired, order, failure, pc);
    if (old == wanted) return 1;
    access_range(reinterpret_cast<std::uint64_t>(expected), sizeof(T), Access::write, pc);
    *expected = old;
    return 0;
}
template <typename T>
T compare_exchange_val(volatile T* object, T expected, T desired, int order, int failure) {
    return compare_exchange(object, expected, desired, order, failure, HEDDLE_CALLER);
}

// --- of values that depend on inputs: on what their words stand for ---

Word symbolic_modify(void* object, unsigned op, unsigned type, Word operand, int order) {
    return modify(static_cast<volatile Word*>(object), order, HEDDLE_CALLER, [=](Word old) {
        return apply(static_cast<Operator>(op), static_cast<Scalar>(type), old, operand);
    });
}

int symbolic_compare_exchange(void* object, Word* expected, Word desired, unsigned type, int order, int failure) {
    const std::uint64_t pc = HEDDLE_CALLER;
    access_range(reinterpret_cast<std::uint64_t>(expected), sizeof(Word), Access::read, pc);
    const auto matches = [&, wanted = *expected](Word there) {
        return decide(Kind::branch, apply(Operator::equal, static_cast<Scalar>(type), there, wanted), pc);
    };
    Word old = 0;
    if (compare_exchange(static_cast<volatile Word*>(object), matches, old, desired, order, failure, pc)) return 1;
    access_range(reinterpret_cast<std::uint64_t>(expected), sizeof(Word), Access::write, pc);
    *expected = old;
    return 0;
}

void thread_fence(int given) {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (!watching()) return;
    Thread& thread = *me;
    visible(thread);
    const Inside inside;
    const MemoryOrder order = order_of(given);
    if (is_acquire(order)) {
        acquire_from(thread, thread.acquired_by_fence);
        thread.acquired_by_fence.clear();
    }
    if (is_release(order)) release_to(thread, thread.released_by_fence, false);
    if (order == MemoryOrder::seq_cst && remembers_stores) note_seq_cst_fence(thread);
    if (thread.recorder) thread.recorder->event(Kind::fence, HEDDLE_CALLER, 0, 0, 0, order);
}
void signal_fence(int) {}

// --- libatomic's generic functions: objects of any size ---

template <typename Act>
void by_size(std::size_t size, Act act) {
    switch (size) {
    case 1: return act(std::uint8_t{});
    case 2: return act(std::uint16_t{});
    case 4: return act(std::uint32_t{});
    case 8: return act(std::uint64_t{});
    case 16: return act(Bits128{});
    default: return;
    }
}
bool lock_free(std::size_t size) { return size <= 16 && size && !(size & (size - 1)); }

template <typename T>
T value_at(const void* place, std::uint64_t pc) {
    access_range(reinterpret_cast<std::uint64_t>(place), sizeof(T), Access::read, pc);
    T value;
    std::memcpy(&value, place, sizeof value);
    return value;
}
template <typename T>
void put(void* place, T value, std::uint64_t pc) {
    access_range(reinterpret_cast<std::uint64_t>(place), sizeof(T), Access::write, pc);
    std::memcpy(place, &value, sizeof value);
}

/// Of an odd size: libatomic's own lock makes it one step. Everything is ordered through it here.
struct OddObject {
    OddObject(const void* object, std::size_t size, bool write, std::uint64_t pc) {
        access_range(reinterpret_cast<std::uint64_t>(object), size, write ? Access::atomic_write : Access::atomic_read, pc);
        drain(*me);
        sync = &sync_at(reinterpret_cast<std::uint64_t>(object));
        sync->lock.lock();
        acquire_at(*me, *sync);
    }
    ~OddObject() {
        release_at(*me, *sync, true);
        sync->lock.unlock();
    }
    Sync* sync;
};

void odd_copy(void* to, const void* from, std::size_t size) { std::memcpy(to, from, size); }

void generic_load(std::size_t size, const void* object, void* result, int order) {
    const std::uint64_t pc = HEDDLE_CALLER;
    if (lock_free(size))
        return by_size(size, [&]<typename T>(T) { put(result, load(static_cast<const volatile T*>(object), order, pc), pc); });
    access_range(reinterpret_cast<std::uint64_t>(result), size, Access::write, pc);
    if (!watching()) return odd_copy(result, object, size);
    const OddObject odd(object, size, false, pc);
    odd_copy(result, object, size);
}
void generic_store(std::size_t size, void* object, void* value, int order) {
    const std::uint64_t pc = HEDDLE_CALLER;
    if (lock_free(size))
        return by_size(size, [&]<typename T>(T) { store(static_cast<volatile T*>(object), value_at<T>(value, pc), order, pc); });
    access_range(reinterpret_cast<std::uint64_t>(value), size, Access::read, pc);
    if (!watching()) return odd_copy(object, value, size);
    const OddObject odd(object, size, true, pc);
    odd_copy(object, value, size);
}
void generic_exchange(std::size_t size, void* object, void* value, void* result, int order) {
    const std::uint64_t pc = HEDDLE_CALLER;
    if (lock_free(size))
        return by_size(size, [&]<typename T>(T) {
            const T wanted = value_at<T>(value, pc);
            put(result, modify(static_cast<volatile T*>(object), order, pc, [wanted](T) { return wanted; }), pc);
        });
    if (!watching()) return odd_copy(result, object, size), odd_copy(object, value, size);
    const OddObject odd(object, size, true, pc);
    odd_copy(result, object, size);
    odd_copy(object, value, size);
}
bool generic_compare_exchange(std::size_t size, void* object, void* expected, void* desired, int order, int failure) {
    const std::uint64_t pc = HEDDLE_CALLER;
    bool done = false;
    if (lock_free(size)) {
        by_size(size, [&]<typename T>(T) {
            const T wanted = value_at<T>(expected, pc);
            const T old = compare_exchange(static_cast<volatile T*>(object), wanted, value_at<T>(desired, pc), order, failure, pc);
            done = old == wanted;
            if (!done) put(expected, old, pc);
        });
        return done;
    }
    const auto act = [&] {
        done = std::memcmp(object, expected, size) == 0;
        if (done) odd_copy(object, desired, size);
        else odd_copy(expected, object, size);
    };
    if (!watching()) return act(), done;
    const OddObject odd(object, size, true, pc);
    act();
    return done;
}

} // namespace

#define HEDDLE_ATOMIC(bits, T)                                                                                         \
    hook("__tsan_atomic" #bits "_load", atomic_load<T>), hook("__tsan_atomic" #bits "_store", atomic_store<T>),        \
        hook("__tsan_atomic" #bits "_exchange", exchange<T>), hook("__tsan_atomic" #bits "_fetch_add", fetch_add<T>),  \
        hook("__tsan_atomic" #bits "_fetch_sub", fetch_sub<T>), hook("__tsan_atomic" #bits "_fetch_and", fetch_and<T>), \
        hook("__tsan_atomic" #bits "_fetch_or", fetch_or<T>), hook("__tsan_atomic" #bits "_fetch_xor", fetch_xor<T>),  \
        hook("__tsan_atomic" #bits "_fetch_nand", fetch_nand<T>),                                                      \
        hook("__tsan_atomic" #bits "_compare_exchange_strong", compare_exchange_in<T>),                                \
        hook("__tsan_atomic" #bits "_compare_exchange_weak", compare_exchange_in<T>),                                  \
        hook("__tsan_atomic" #bits "_compare_exchange_val", compare_exchange_val<T>)

std::span<const Hook> atomic_hooks() {
    static const Hook hooks[]{
        HEDDLE_ATOMIC(8, std::uint8_t), HEDDLE_ATOMIC(16, std::uint16_t), HEDDLE_ATOMIC(32, std::uint32_t),
        HEDDLE_ATOMIC(64, std::uint64_t), HEDDLE_ATOMIC(128, Bits128),
        hook("__atomic_load_16", atomic_load<Bits128>), hook("__atomic_store_16", atomic_store<Bits128>),
        hook("__atomic_exchange_16", exchange<Bits128>), hook("__atomic_compare_exchange_16", compare_exchange_in<Bits128>),
        hook("__atomic_load", generic_load), hook("__atomic_store", generic_store),
        hook("__atomic_exchange", generic_exchange), hook("__atomic_compare_exchange", generic_compare_exchange),
        hook("heddle_symbolic_modify", symbolic_modify), hook("heddle_symbolic_compare_exchange", symbolic_compare_exchange),
        hook("__tsan_atomic_thread_fence", thread_fence), hook("__tsan_atomic_signal_fence", signal_fence),
    };
    return hooks;
}

int drop_use(volatile int* count) { return fetch_sub(count, 1, __ATOMIC_ACQ_REL); }

} // namespace heddle::native
