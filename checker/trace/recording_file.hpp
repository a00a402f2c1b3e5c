// Recordings as files. The file is created sparse at its largest size and mapped shared: what a thread has put is in the
// file from then on, whatever becomes of the process (a kill, a crash, a forked child that ends).
//
//     header     64 KiB or more: FileHeader, for each thread how many events it lost, then JSON with the run's strings
//     chunk 0…   64 KiB each: ChunkHeader, then records of 32 bytes up to the first whose kind is none
//
// A thread fills chunks of its own and takes the next one by counting up FileHeader::next_chunk: no locks and no system
// calls. 32 MB a million events. When the file is full a thread puts nothing more, and what it would have put is counted.
// The numbers are those of the machine that wrote them (little-endian).
//
// Terms over inputs and a few call stacks are records among the thread's others: kinds from FileKind::first.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "trace/record_writer.hpp"

namespace heddle::trace {

/// A recording being written. The mapping is shared with forked children, who may write into it as well.
class RecordingFile {
public:
    /// Creates or replaces the file, with room for events of at most `max_bytes` (less when the file system has less).
    /// Of `about` everything but the threads is kept. Throws UserError: it cannot be written.
    static RecordingFile create(const std::filesystem::path& path, std::uint64_t max_bytes, const Recording& about);

    RecordingFile(RecordingFile&& other) noexcept;
    RecordingFile& operator=(RecordingFile&&) = delete;
    /// Unmaps and leaves the file as it is. Nobody may put anything from then on.
    ~RecordingFile();

    FileHeader* header() const { return header_; }
    RecordWriter writer(std::uint32_t thread) const { return {header_, thread}; }
    void set_base(std::uint64_t base) { header_->base = base; }

    /// No chunk is given out from now on, and the file shrinks to those in use. Threads that still run may go on filling
    /// theirs. `complete`: the run came to its end. Not to be called in a signal handler.
    void finish(bool complete);

private:
    RecordingFile() = default;

    FileHeader* header_ = nullptr;
    std::size_t mapped_ = 0;
    int fd_ = -1;
};

/// What the file says, also when its run was killed or is still going on, or its end is missing: each thread's events up to the
/// first that is not there. Throws UserError: not a recording, of another version, damaged; the sentence names the file.
/// @param until what has not been read by then counts as lost
Recording read_recording(const std::filesystem::path& path,
                         std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max());

/// Whether the file begins like a recording.
bool is_recording(const std::filesystem::path& path);

} // namespace heddle::trace
