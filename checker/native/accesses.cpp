#include "native/accesses.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "native/benign.hpp"
#include "native/findings.hpp"
#include "native/heap.hpp"
#include "native/inside.hpp"
#include "native/past_stores.hpp"
#include "native/recorder.hpp"
#include "native/spin_lock.hpp"
#include "native/sync.hpp"

namespace heddle::native {

namespace {

/// More cells of the same 8 bytes.
struct More {
    std::array<Cell, 7> cells;
    std::uint32_t next;
};
constexpr std::uint32_t most_lists = 1u << 24;

More* lists() {
    static More* memory = static_cast<More*>(reserve(sizeof(More) * std::uint64_t{most_lists}));
    return memory;
}
std::atomic<std::uint32_t> next_list{1};

std::atomic_ref<Cell> atomic(Cell& cell) { return std::atomic_ref(cell); }

Slot slot_of(Cell cell) { return static_cast<Slot>(cell >> slot_shift) & (max_slots - 1); }
Epoch clock_of(Cell cell) { return static_cast<Epoch>(cell >> clock_shift); }
unsigned offset_of(Cell cell) { return static_cast<unsigned>(cell >> range_shift) & 7; }
unsigned size_of(Cell cell) { return 1u << (static_cast<unsigned>(cell >> (range_shift + 3)) & 3); }

/// Released memory: an access whose clock no thread ever reaches, so that every later one races with it, whoever makes it.
Cell freed_cell(const Thread& thread, Place place) {
    return Cell{max_epoch} << clock_shift | Cell{thread.slot} << slot_shift | write_flag | Cell{3} << (range_shift + 3) | place;
}
bool is_freed(Cell cell) { return clock_of(cell) == max_epoch; }

/// Bytes of the granule, as bits.
unsigned bytes_of(Cell cell) { return ((1u << size_of(cell)) - 1) << offset_of(cell); }

bool conflict(Cell a, Cell b) { return ((a | b) & write_flag) && !(a & b & atomic_flag) && (bytes_of(a) & bytes_of(b)); }

/// What is left of `old` when `now` has made some of its bytes superfluous: nothing, half of it, or all.
Cell remainder_of(Cell old, Cell now) {
    if ((now & ~old & atomic_flag) | (old & ~now & write_flag)) return old;
    if (!((old ^ now) & range_mask)) return 0;
    const unsigned left = bytes_of(old) & ~bytes_of(now);
    if (!left) return 0;
    const unsigned half = size_of(old) / 2;
    if (!half) return old;
    const unsigned low = ((1u << half) - 1) << offset_of(old), high = low << half;
    const Cell smaller = old - (Cell{1} << (range_shift + 3)); // half the size
    if (left == low) return smaller;
    if (left == high) return smaller + (Cell{half} << range_shift);
    return old;
}

Cell lock(Cell* cells) {
    Cell first = atomic(cells[0]).load(std::memory_order_relaxed);
    for (unsigned round = 0;;) {
        if (first & lock_flag) {
            pause_round(round);
            first = atomic(cells[0]).load(std::memory_order_relaxed);
        } else if (atomic(cells[0]).compare_exchange_weak(first, first | lock_flag, std::memory_order_acquire)) {
            return first;
        }
    }
}

void put(Cell& place, Cell cell) { atomic(place).store(cell, std::memory_order_relaxed); }

/// Adds a cell to the lists of a locked granule whose four cells are all taken. @return what cells[3] becomes; 0: no room
std::uint32_t add_to_list(Cell (&now)[4], bool listed, Cell cell) {
    // An access that every thread knows of races with nothing that is still to come.
    for (unsigned i = 0; i < (listed ? 3u : 4u); ++i)
        if (known_to_all(slot_of(now[i]), clock_of(now[i]))) {
            now[i] = cell;
            return listed ? static_cast<std::uint32_t>(now[3]) : 0;
        }
    for (std::uint32_t list = listed ? static_cast<std::uint32_t>(now[3]) : 0; list; list = lists()[list].next)
        for (Cell& old : lists()[list].cells)
            if (!old || known_to_all(slot_of(old), clock_of(old))) {
                put(old, cell);
                return static_cast<std::uint32_t>(now[3]);
            }
    const std::uint32_t list = next_list.fetch_add(1, std::memory_order_relaxed);
    if (list >= most_lists) {
        found_limit("more than 2^24 places are read by more than four threads at once: races there may be missed");
        return listed ? static_cast<std::uint32_t>(now[3]) : 0;
    }
    More& more = lists()[list];
    more.cells[0] = cell;
    more.cells[1] = listed ? 0 : now[3];
    more.next = listed ? static_cast<std::uint32_t>(now[3]) : 0;
    return list;
}

/// A cell that the access meets. @param other becomes one that it races with @return what is left of the cell
Cell meet(const Thread& thread, Cell old, Cell cell, Cell& other) {
    const Slot slot = slot_of(old);
    if ((slot != thread.slot && clock_of(old) > thread.clock[slot]) || is_freed(old)) [[unlikely]] {
        if (!conflict(old, cell)) return old;
        if (!other || !already_found(old & place_mask, cell & place_mask)) other = old;
    }
    return remainder_of(old, cell);
}

/// enter() for a locked granule that has a list, or needs one.
[[gnu::noinline]] Cell enter_list(const Thread& thread, Cell* cells, Cell first, Cell cell) {
    const bool listed = first & list_flag;
    Cell now[4] = {first & ~(lock_flag | list_flag), cells[1], cells[2], cells[3]};
    const Cell was[4] = {now[0], now[1], now[2], now[3]};
    Cell other = 0;
    bool placed = false;
    for (unsigned i = 0, count = listed ? 3 : 4; i < count; ++i) {
        if (now[i]) now[i] = meet(thread, now[i], cell, other);
        if (!now[i] && !placed) now[i] = cell, placed = true;
    }
    Cell list = listed ? list_flag : 0;
    if (listed)
        for (std::uint32_t i = static_cast<std::uint32_t>(now[3]); i; i = lists()[i].next)
            for (Cell& old : lists()[i].cells)
                if (old) put(old, meet(thread, old, cell, other));
    if (!placed)
        if (const std::uint32_t made = add_to_list(now, listed, cell)) now[3] = made, list = list_flag;
    for (unsigned i = 1; i < 4; ++i)
        if (now[i] != was[i]) put(cells[i], now[i]);
    atomic(cells[0]).store(now[0] | list, std::memory_order_release);
    return other;
}

/// Notes the access in a granule. @return an earlier access that it races with, or 0
Cell enter(const Thread& thread, Cell* cells, Cell cell) {
    thread.locking = cells;
    const Cell first = lock(cells);
    if (first & list_flag) [[unlikely]] return enter_list(thread, cells, first, cell);
    const Cell was[4] = {first, cells[1], cells[2], cells[3]};
    Cell now[4], other = 0;
    unsigned free = 4;
    for (unsigned i = 4; i-- > 0;) {
        now[i] = was[i] ? meet(thread, was[i], cell, other) : 0;
        if (!now[i]) free = i;
    }
    if (free == 4) [[unlikely]] return enter_list(thread, cells, first, cell);
    now[free] = cell;
    for (unsigned i = 1; i < 4; ++i)
        if (now[i] != was[i]) put(cells[i], now[i]);
    atomic(cells[0]).store(now[0], std::memory_order_release);
    return other;
}

/// Most granules have no cell yet, or one of this very thread: one compare-exchange is enough then.
bool enter_alone(const Thread& thread, Cell* cells, Cell cell) {
    Cell old = cells[0];
    if (cells[1] | cells[2] | cells[3]) return false;
    if (old && ((old & (lock_flag | list_flag)) || slot_of(old) != thread.slot || is_freed(old) || remainder_of(old, cell))) return false;
    if (!atomic(cells[0]).compare_exchange_strong(old, cell, std::memory_order_acq_rel)) return false;
    // Somebody may have come and gone in between.
    return !(atomic(cells[1]).load() | atomic(cells[2]).load() | atomic(cells[3]).load());
}

/// Whether a list of the granule has it already.
bool listed(const Cell* cells, Cell cell, Cell care) {
    if (!(cells[0] & list_flag)) return false;
    for (std::uint32_t list = static_cast<std::uint32_t>(cells[3]); list && list < most_lists; list = lists()[list].next)
        for (const Cell& one : lists()[list].cells)
            if (!((one ^ cell) & care)) return true;
    return false;
}

/// In new memory an object that lived here before says nothing.
void forget_atomic_at(std::uint64_t address) {
    Sync* sync = find_sync(address);
    if (!sync || sync->kind != static_cast<std::uint32_t>(SyncKind::atomic)) return;
    sync->lock.lock();
    sync->message.clear();
    if (remembers_stores) forget_past_stores(*sync);
    sync->lock.unlock();
}

[[gnu::noinline]] void found_both(const Thread& thread, std::uint64_t address, Cell cell, Cell other) {
    const std::uint64_t granule = address & ~std::uint64_t{7};
    const auto told = [&](Cell one, std::uint32_t by) {
        return FoundAccess{granule + offset_of(one), size_of(one), static_cast<Place>(one & place_mask), by,
                           (one & write_flag) != 0, (one & atomic_flag) != 0};
    };
    if (!is_benign(granule + offset_of(cell)))
        found_race(told(cell, thread.serial), told(other, serial_of(slot_of(other), clock_of(other))));
}

} // namespace

void free_granule_of(const Thread& gone) {
    if (Cell* cells = gone.locking) put(cells[0], cells[0] & ~lock_flag);
}

void note_access(Thread& thread, std::uint64_t address, Cell cell, std::uint64_t pc) {
    if (thread.busy || ((cell & write_flag) ? thread.ignore_writes : thread.ignore_reads)) return;
    Cell* cells = cells_of(address);
    // Another core may have them: the transfer goes on while the place is found out. (No operation where it is not known.)
    asm volatile("prefetchw %0" : : "m"(*cells));
    const Cell care = ~(place_mask | lock_flag | list_flag | (cell & write_flag ? 0 : write_flag));
    if (listed(cells, cell, care)) return;
    const Inside inside(thread);
    thread.watched->moves.store(thread.watched->moves.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    if (!(cell & atomic_flag)) {
        if ((cell & write_flag) && (*page_of(address) & page_has_sync)) forget_atomic_at(address);
        if (thread.recorder) thread.recorder->plain(address, size_of(cell), cell & write_flag, pc);
    }
    cell |= place_of(thread, pc);
    thread.news = true;
    if (enter_alone(thread, cells, cell)) return;
    if (const Cell other = enter(thread, cells, cell)) [[unlikely]] found_both(thread, address, cell, other);
}

void access_range(std::uint64_t address, std::size_t size, Access kind, std::uint64_t pc) {
    if (!me || me->busy) return;
    for (const std::uint64_t end = address + size; address < end;) {
        const std::uint64_t room = std::min<std::uint64_t>(8 - (address & 7), end - address);
        const unsigned log_size = room == 8 ? 3 : room >= 4 && !(address & 3) ? 2 : room >= 2 && !(address & 1) ? 1 : 0;
        access(address, log_size, kind, pc);
        address += std::uint64_t{1} << log_size;
    }
}

namespace {
constexpr std::size_t looked_at = 1024; ///< bytes at the begin of a block that stand for all of it
}

void note_allocation(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    // Of a block that was here before, note_release has left the first bytes only. But blocks begin anywhere in this one when the
    // heap has joined them.
    forget_accesses(address, std::min(size, looked_at));
    constexpr std::uint64_t page = 4096;
    for (std::uint64_t begin = address + std::min(size, looked_at), last = address + size; begin < last;) {
        const std::uint64_t end = std::min((begin & ~(page - 1)) + page, last);
        if (*page_of(begin) & page_has_freed) forget_accesses(begin, end - begin);
        begin = end;
    }
    if (!me || me->ignore_writes) return;
    Thread& thread = *me;
    const Cell cell = cell_for(thread, 0, 3, Access::write) | place_of(thread, pc);
    thread.news = true;
    for (std::uint64_t place = address, end = address + std::min(size, looked_at); place < end; place += 8) *cells_of(place) = cell;
}

void note_release(std::uint64_t address, std::size_t size, std::uint64_t pc, bool checked) {
    const bool noted = checked && me && !me->ignore_writes;
    if (noted) {
        Recorder* const recorder = std::exchange(me->recorder, nullptr); // the release itself is in the recording
        access_range(address, std::min(size, looked_at), Access::write, pc);
        me->recorder = recorder;
    }
    const Inside inside;
    forget_accesses(address, size);
    if (noted) {
        const Cell freed = freed_cell(*me, place_of(*me, pc));
        for (std::uint64_t place = address, end = address + std::min(size, looked_at); place < end; place += 8) *cells_of(place) = freed;
        for (const std::uint64_t place : {address, address + std::min(size, looked_at) - 1})
            if (std::uint8_t& flags = *page_of(place); !(flags & page_has_freed))
                std::atomic_ref(flags).fetch_or(page_has_freed, std::memory_order_relaxed);
    }
    forget_syncs(address, size);
}

} // namespace heddle::native
