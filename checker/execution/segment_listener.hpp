// Listens to one segment of one thread as it runs natively: which bytes it read that it did not know, which it wrote.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "execution/shared_stack.hpp"
#include "execution/tracked_memory.hpp"
#include "execution/unseen_writes.hpp"
#include "execution/contents.hpp"
#include "runtime/machine.hpp"

namespace heddle::execution {

/// Something between two visible operations that invariants can notice: a write to a variable that one mentions, or what
/// the program says itself (runtime::Note).
struct Change {
    enum class Kind : std::uint8_t { write, enter, leave, begin, end };
    Kind kind = Kind::write;
    std::uint8_t size = 0;         ///< write: of the variable, in bytes
    std::uint32_t declaration = 0; ///< begin
    std::uint64_t subject = 0;     ///< the variable's address; else as in runtime::Note
    std::uint64_t value = 0;       ///< write: what the variable holds now
    std::uint64_t pc = 0;          ///< write: 0 when the code was not instrumented
};

class SegmentListener final : public runtime::AccessSink {
public:
    /// Bytes of one word that the segment read before it wrote them, and what they held; or a whole block (Contents) of which
    /// it had touched nothing, and the number of its content.
    struct Read {
        std::uint64_t address = 0, value = 0, bits = 0, pc = 0;
        std::uint8_t mask = 0;
        bool block = false;
    };
    /// Bytes of one word, or a whole block, that the segment wrote (their value is in memory when it ends).
    struct Write {
        std::uint64_t address = 0, pc = 0;
        std::uint8_t mask = 0;
        bool block = false;
    };
    struct Release {
        std::uint64_t address = 0, size = 0, pc = 0;
    };

    /// An access to a block that this very segment has released.
    struct Late {
        std::uint64_t address = 0, pc = 0;
        std::uint8_t mask = 0;
        bool writes = false;
    };

    /// @param compares whether memory is compared after each segment with what was recorded; not where plain accesses are
    /// operations, whose values are the graph's
    SegmentListener(SharedStack& shared, TrackedMemory& tracked, Contents& contents, bool compares)
        : shared_(shared), tracked_(tracked), contents_(contents), compares_(compares) {}

    /// Tells which words the runtime itself writes: a mutex says in its own bytes that it is locked.
    std::function<bool(std::uint64_t word)> is_ours;

    void begin(const runtime::Machine& machine, runtime::ThreadId thread);
    /// Memory is as the thread will find it: called after begin(), right before the thread runs.
    void look();
    /// The segment has ended. `compare`: unless it ended the execution, memory is compared with what was recorded.
    void finish(bool compare);

    void read(std::uint64_t address, std::size_t size, std::uint64_t pc) override;
    void write(std::uint64_t address, std::size_t size, std::uint64_t pc) override;
    void release(std::uint64_t address, std::size_t size, std::uint64_t pc) override;
    void opaque(const char* function) override;
    void note(const runtime::Note& note) override;
    void unhooked(std::uint64_t pc) override { unhooked_ = pc; }

    const std::vector<Read>& reads() const { return reads_; }
    const std::vector<Write>& writes() const { return writes_; }
    const std::vector<Release>& releases() const { return releases_; }
    const std::vector<Late>& late() const { return late_; }
    /// What invariants can notice, in order.
    const std::vector<Change>& changes() const { return changes_; }
    /// An invariant was declared over variables that were not tracked.
    bool found_tracked() const { return found_tracked_; }
    /// The function of unknown effect that the segment called; null when none.
    const char* opaque_function() const { return opaque_; }
    /// Where the segment made an access without a hook to memory whose plain accesses are operations; 0: nowhere.
    std::uint64_t unhooked_at() const { return unhooked_; }
    /// The segment used stack memory of another thread that was not known to be shared.
    bool found_shared() const { return found_shared_; }

    /// Memory that others can see was changed, and no access that is known has written it.
    struct Unexplained {
        std::uint64_t address = 0;
        std::uint64_t after = 0, before = 0; ///< places: of the last access before the change and the first after it; 0: not known
    };
    const std::optional<Unexplained>& unexplained() const { return unexplained_; }
    /// While the next segment is recorded, the word of that change is looked at before each access, to know where it changes.
    void narrow_down() { narrowed_ = unexplained_; }

private:
    struct Known {
        std::uint64_t address = 0;
        std::uint32_t segment = 0;
        std::uint8_t written = 0, mask = 0; ///< bytes: by this segment; known in any way
    };
    /// A block that was read or written as a whole.
    struct KnownBlock {
        bool written = false;
    };
    Known& known(std::uint64_t word);
    Known& place_of(std::uint64_t word);
    bool can_be_whole(std::uint64_t block);
    const KnownBlock* block_around(std::uint64_t word) const;
    template <class Whole, class Words>
    void in_parts(std::uint64_t address, std::size_t size, const Whole& whole, const Words& words);
    void read_words(std::uint64_t address, std::size_t size, std::uint64_t pc);
    void write_words(std::uint64_t address, std::size_t size, std::uint64_t pc);
    bool is_private(std::uint64_t address);
    bool is_late(std::uint64_t address, std::size_t size, std::uint64_t pc, bool writes);
    void expect_write(std::uint64_t address, std::size_t size, std::uint64_t pc);
    void notice_writes();
    bool can_notice(const TrackedMemory::Variable& variable) const;

    bool has_written(std::uint64_t word, std::uint8_t mask);
    void claim_fresh(std::uint64_t word, Known& k);
    void note_unseen_writes();
    void narrow(std::uint64_t pc, bool writes_it);

    SharedStack& shared_;
    TrackedMemory& tracked_;
    Contents& contents_;
    const bool compares_;
    UnseenWrites unseen_;
    std::optional<Unexplained> unexplained_, narrowed_;
    std::uint64_t last_place_ = 0;    ///< of an access of the segment, while something is narrowed down
    std::uint64_t narrowed_value_ = 0;
    bool narrowed_written_ = false; ///< by the last access
    std::vector<Change> changes_;
    std::vector<std::uint64_t> last_; ///< what the tracked variables held when last looked at
    std::uint64_t write_pc_ = 0;      ///< of the write to a tracked variable that was announced last
    bool write_expected_ = false, found_tracked_ = false;
    runtime::ThreadId thread_ = 0;
    bool found_shared_ = false;
    const runtime::Machine* machine_ = nullptr;
    std::vector<Known> table_ = std::vector<Known>(1024);
    std::uint32_t segment_ = 0, entries_ = 0;
    std::unordered_map<std::uint64_t, KnownBlock> blocks_; ///< of this segment, by address
    std::vector<Read> reads_;
    std::vector<Write> writes_;
    std::vector<Release> releases_;
    std::vector<Late> late_;
    const char* opaque_ = nullptr;
    std::uint64_t unhooked_ = 0;
};

/// The number of what the block at that address holds now.
std::uint64_t content_now(const runtime::Machine& machine, Contents& contents, std::uint64_t block);

/// The bits of a word that a byte mask covers.
std::uint64_t bits_of_mask(std::uint8_t mask);

} // namespace heddle::execution
