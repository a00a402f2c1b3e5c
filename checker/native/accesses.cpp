#include "native/accesses.hpp"

#include <algorithm>
#include <atomic>

#include "native/findings.hpp"
#include "native/heap.hpp"
#include "native/inside.hpp"
#include "native/recorder.hpp"
#include "native/spin_lock.hpp"
#include "native/sync.hpp"

namespace heddle::native {

bool is_benign(std::uint64_t address); // hooks_annotation.cpp

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

/// Bytes of the granule, as bits.
unsigned bytes_of(Cell cell) { return ((1u << size_of(cell)) - 1) << offset_of(cell); }

/// Whoever would race with `old` would race with `now`, which comes after it.
bool makes_superfluous(Cell now, Cell old) {
    if (bytes_of(old) & ~bytes_of(now)) return false;
    if ((now & atomic_flag) && !(old & atomic_flag)) return false;
    return (now & write_flag) || !(old & write_flag);
}

bool conflict(Cell a, Cell b) { return ((a | b) & write_flag) && !(a & b & atomic_flag) && (bytes_of(a) & bytes_of(b)); }

/// All cells of a granule, one after the other.
class Granule {
public:
    explicit Granule(Cell* cells) : cells_(cells) {
        Cell first = atomic(cells[0]).load(std::memory_order_relaxed);
        for (unsigned round = 0;;) {
            if (first & lock_flag) {
                pause_round(round);
                first = atomic(cells[0]).load(std::memory_order_relaxed);
            } else if (atomic(cells[0]).compare_exchange_weak(first, first | lock_flag, std::memory_order_acquire)) {
                break;
            }
        }
        flags_ = first & list_flag;
        first_ = first & ~(lock_flag | list_flag);
    }
    ~Granule() { atomic(cells_[0]).store(first_ | flags_, std::memory_order_release); }
    Granule(const Granule&) = delete;

    /// Calls `visit(cell)` for every cell in use; it may change it.
    template <typename Visit>
    void each(Visit visit) {
        visit(first_);
        const unsigned inline_cells = flags_ ? 3 : 4;
        for (unsigned i = 1; i < inline_cells; ++i) change(cells_[i], visit);
        if (!flags_) return;
        for (std::uint32_t list = static_cast<std::uint32_t>(cells_[3]); list; list = lists()[list].next)
            for (Cell& cell : lists()[list].cells) change(cell, visit);
    }

    /// Adds a cell where one is empty.
    void add(Cell cell) {
        bool placed = false;
        const auto fill = [&](Cell& place) {
            if (placed || place) return;
            place = cell;
            placed = true;
        };
        each(fill);
        if (placed) return;
        // An access that every thread knows of races with nothing that is still to come.
        each([&](Cell& old) {
            if (old && known_to_all(slot_of(old), clock_of(old))) old = 0;
        });
        each(fill);
        if (placed) return;
        const std::uint32_t list = next_list.fetch_add(1, std::memory_order_relaxed);
        if (list >= most_lists)
            return found_limit("more than 2^24 places are read by more than four threads at once: races there may be missed");
        More& more = lists()[list];
        more.cells[0] = cell;
        if (flags_) {
            more.next = static_cast<std::uint32_t>(cells_[3]);
        } else {
            more.cells[1] = cells_[3];
            flags_ = list_flag;
        }
        atomic(cells_[3]).store(list, std::memory_order_release);
    }

private:
    template <typename Visit>
    static void change(Cell& cell, Visit& visit) {
        const Cell before = cell;
        Cell now = before;
        visit(now);
        if (now != before) atomic(cell).store(now, std::memory_order_relaxed);
    }

    Cell* cells_;
    Cell first_, flags_;
};

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
    sync->lock.unlock();
}

} // namespace

void note_access(Thread& thread, std::uint64_t address, Cell cell, std::uint64_t pc) {
    if (thread.busy || ((cell & write_flag) ? thread.ignore_writes : thread.ignore_reads)) return;
    Cell* cells = cells_of(address);
    const Cell care = ~(place_mask | lock_flag | list_flag | (cell & write_flag ? 0 : write_flag));
    if (listed(cells, cell, care)) return;
    const Inside inside;
    thread.watched->moves.store(thread.watched->moves.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    if (!(cell & atomic_flag)) {
        if ((cell & write_flag) && (*page_of(address) & page_has_sync)) forget_atomic_at(address);
        if (thread.recorder) thread.recorder->plain(address, size_of(cell), cell & write_flag, pc);
    }
    cell |= place_of(thread, pc);
    thread.news = true;
    Cell other = 0;
    {
        Granule granule(cells);
        granule.each([&](Cell& old) {
            if (!old) return;
            const Slot slot = slot_of(old);
            const bool ordered = slot == thread.slot || clock_of(old) <= thread.clock[slot];
            if (!ordered && conflict(old, cell)) {
                if (!other || !already_found(old & place_mask, cell & place_mask)) other = old;
            } else if (!ordered) {
                return;
            }
            if (makes_superfluous(cell, old)) old = 0;
        });
        granule.add(cell);
    }
    const std::uint64_t granule = address & ~std::uint64_t{7};
    const auto told = [&](Cell one, std::uint32_t by) {
        return FoundAccess{granule + offset_of(one), size_of(one), static_cast<Place>(one & place_mask), by,
                           (one & write_flag) != 0, (one & atomic_flag) != 0};
    };
    if (other && !is_benign(granule + offset_of(cell)))
        found_race(told(cell, thread.serial), told(other, serial_of(slot_of(other), clock_of(other))));
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
    forget_accesses(address, size);
    if (!me || me->ignore_writes) return;
    Thread& thread = *me;
    const Cell cell = cell_for(thread, 0, 3, Access::write) | place_of(thread, pc);
    thread.news = true;
    for (std::uint64_t place = address, end = address + std::min(size, looked_at); place < end; place += 8) *cells_of(place) = cell;
}

void note_release(std::uint64_t address, std::size_t size, std::uint64_t pc, bool checked) {
    if (checked) access_range(address, std::min(size, looked_at), Access::write, pc);
    if (!checked) forget_accesses(address, size);
    else if (size > looked_at) forget_accesses(address + looked_at, size - looked_at);
    forget_syncs(address, size);
}

} // namespace heddle::native
