// The records of a recording's file, and how a thread puts them there (recording_file.hpp says what the file is).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "trace/recording.hpp"

namespace heddle::trace {

inline constexpr char recording_magic[8] = {'h', 'e', 'd', 'd', 'l', 'e', 'R', '\n'};
inline constexpr std::uint32_t recording_version = 2;
inline constexpr std::uint32_t chunk_bytes = 64u << 10;
/// Threads with a count of their own for what they lost; later ones share the last.
inline constexpr std::uint32_t counted_threads = 4096;

struct FileHeader {
    char magic[8] = {};
    std::uint32_t version = 0;
    std::uint32_t header_bytes = 0;           ///< where chunk 0 begins
    std::uint32_t chunk_size = 0;             ///< chunk_bytes
    std::uint32_t capacity = 0;               ///< how many chunks there is room for
    std::atomic<std::uint32_t> next_chunk{0}; ///< at least as many are taken; more than capacity: it was full
    std::atomic<std::uint32_t> used{0};       ///< finish(): so many were taken, and the file ends after them
    std::atomic<std::uint32_t> complete{0};
    std::uint64_t seed = 0;
    std::uint64_t began = 0;                  ///< seconds since 1970
    std::atomic<std::uint64_t> base{0};       ///< where the library was loaded
    std::uint64_t text_bytes = 0;
    std::atomic<std::uint64_t> lost{0};       ///< all threads together
    std::atomic<std::uint64_t> lost_of[counted_threads] = {};
    // the text follows
};

struct alignas(32) ChunkHeader {
    std::uint32_t thread = 0;
    std::uint32_t index = 0; ///< which of the thread's chunks; the chunk counts only when this and the magic are right
    std::uint32_t reserved[5] = {};
    std::uint32_t magic = 0; ///< written last
    static constexpr std::uint32_t right = 0x6b6e6843; // "Chnk"
};

/// One event. A value of more than 64 bits has its upper half in `value` of the record that follows.
struct alignas(32) Record {
    std::uint64_t head = 0; ///< written last: address (48 bits), kind (8), order (4), flags (4)
    std::uint64_t value = 0;
    std::uint32_t pc = 0;
    std::uint32_t sequence = 0;
    std::uint32_t time = 0;
    std::uint32_t other_and_size = 0; ///< 24 and 8 bits

    static constexpr std::uint64_t has_upper_half = 1ull << 60, is_upper_half = 1ull << 61;
};
inline constexpr std::uint32_t records_in_chunk = (chunk_bytes - sizeof(ChunkHeader)) / sizeof(Record);

/// Kinds of records that are no events. They are put like events, with these numbers for their kinds.
enum class FileKind : std::uint8_t {
    first = 64,
    term = first, ///< sequence: its number; other: Operator and Scalar (8 bits each); value: operands a and b (64 bits each)
    operand,      ///< the third operand of the term that follows in this thread; value
    text,         ///< up to 16 bytes of the name of the input that follows in this thread; other: how many; value
    range,        ///< of the input that follows in this thread; value: low and high (64 bits each); other: Scalar
    number,       ///< likewise; sequence: its term's, other: the how many-th of the thread
    call          ///< one return address of RecordedThread::stacks; value; other: 1 begins a stack
};
inline constexpr std::size_t longest_name = 255; ///< of an input; what is longer is cut

/// Where one thread puts its events. Not to be shared by threads; may be moved and copied as bytes (thread-local storage).
/// No allocation, no system call, no lock: may be used in a signal handler of its own thread but not inside a put of it.
class RecordWriter {
public:
    constexpr RecordWriter() = default;
    /// @param thread its number in the recording
    RecordWriter(FileHeader* file, std::uint32_t thread) : file_(file), thread_(thread) {}

    void put(const RecordedEvent& event) {
        const auto upper = std::uint64_t(event.value >> 64);
        if (end_ - next_ < (upper ? 2 : 1) && !take_chunk()) return;
        if (upper) store(next_[1], Record::is_upper_half | std::uint64_t(event.kind) << 48, upper, event);
        store(next_[0],
              (event.address & 0xffff'ffff'ffffull) | std::uint64_t(event.kind) << 48 | std::uint64_t(event.order) << 56 |
                  (upper ? Record::has_upper_half : 0),
              std::uint64_t(event.value), event);
        next_ += upper ? 2 : 1;
    }

    std::uint64_t lost() const { return lost_; }

private:
    static void store(Record& record, std::uint64_t head, std::uint64_t value, const RecordedEvent& event) {
        record.value = value;
        record.pc = event.pc >> 32 ? 0 : std::uint32_t(event.pc);
        record.sequence = event.sequence;
        record.time = event.time;
        record.other_and_size = (event.other & 0xffffff) | std::uint32_t(event.size) << 24;
        std::atomic_ref(record.head).store(head, std::memory_order_release); // whoever sees it sees all of the record
    }

    [[gnu::noinline]] bool take_chunk() {
        if (!file_) return false;
        // Once it has lost an event it must lose all later ones: a thread's events are without gaps.
        std::uint32_t chunk = file_->capacity;
        if (lost_ == 0 && file_->next_chunk.load(std::memory_order_relaxed) < file_->capacity)
            chunk = file_->next_chunk.fetch_add(1, std::memory_order_relaxed);
        if (chunk >= file_->capacity) {
            ++lost_;
            next_ = end_ = nullptr;
            file_->lost.fetch_add(1, std::memory_order_relaxed);
            file_->lost_of[thread_ < counted_threads ? thread_ : counted_threads - 1].fetch_add(1, std::memory_order_relaxed);
            return false;
        }
        auto* const begin = reinterpret_cast<std::byte*>(file_) + file_->header_bytes + std::size_t{chunk} * chunk_bytes;
        auto* const header = reinterpret_cast<ChunkHeader*>(begin);
        header->thread = thread_;
        header->index = index_++;
        std::atomic_ref(header->magic).store(ChunkHeader::right, std::memory_order_release);
        next_ = reinterpret_cast<Record*>(begin + sizeof(ChunkHeader));
        end_ = next_ + records_in_chunk;
        return true;
    }

    FileHeader* file_ = nullptr;
    Record* next_ = nullptr;
    Record* end_ = nullptr;
    std::uint64_t lost_ = 0;
    std::uint32_t thread_ = 0;
    std::uint32_t index_ = 0;
};

} // namespace heddle::trace
