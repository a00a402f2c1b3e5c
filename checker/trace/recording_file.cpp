#include "trace/recording_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "trace/recorded_terms.hpp"

namespace heddle::trace {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

/// A thread takes a chunk when it begins, and only few are created and do not come to that: a larger number can only be damage.
std::uint64_t most_threads(std::uint64_t chunks) { return 4096 + 2 * chunks; }

std::uint64_t whole_chunks(std::uint64_t bytes) { return (bytes + chunk_bytes - 1) / chunk_bytes * chunk_bytes; }

std::string text_of(const Recording& about) {
    return Json{{"library", about.library}, {"program", about.program},     {"file", about.file},
                {"pattern", about.pattern}, {"compiler", about.compiler},   {"sources", about.sources},
                {"options", about.options}, {"arguments", about.arguments}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

[[noreturn]] void refuse(const fs::path& path, const std::string& why) {
    throw UserError(fmt::format("{} {}", path.string(), why));
}

// ---- reading

/// The open file; reads that end early are told apart from errors.
class Input {
public:
    explicit Input(const fs::path& path) : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (fd_ < 0) throw UserError(fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
    }
    ~Input() { ::close(fd_); }
    Input(const Input&) = delete;

    /// How many bytes there were.
    std::size_t read(void* to, std::size_t size, std::uint64_t offset) const {
        std::size_t done = 0;
        while (done < size) {
            const ssize_t n = ::pread(fd_, static_cast<char*>(to) + done, size - done, off_t(offset + done));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) throw UserError(fmt::format("cannot read {}: {}", path_.string(), std::strerror(errno)));
            if (n == 0) break;
            done += std::size_t(n);
        }
        return done;
    }
    std::uint64_t size() const {
        struct stat status {};
        return ::fstat(fd_, &status) == 0 && status.st_size > 0 ? std::uint64_t(status.st_size) : 0;
    }

private:
    const fs::path& path_;
    int fd_;
};

class Reader {
public:
    Reader(const fs::path& path, std::chrono::steady_clock::time_point until) : path_(path), input_(path), until_(until) {}

    Recording read() {
        read_header();
        read_text();
        find_chunks();
        for (auto& [thread, chunks] : chunks_) read_thread(thread, chunks);
        for (std::uint32_t t = 0; t < counted_threads; ++t)
            if (const std::uint64_t lost = header_->lost_of[t].load()) thread_at(t).lost += lost;
        check_threads();
        if (!terms_.finish(result_)) damaged("its inputs make no sense");
        return std::move(result_);
    }

private:
    [[noreturn]] void damaged(const std::string& what) const { refuse(path_, "is a damaged recording: " + what); }

    void read_header() {
        const std::size_t got = input_.read(static_cast<void*>(header_.get()), sizeof(FileHeader), 0);
        if (got < sizeof recording_magic || std::memcmp(header_->magic, recording_magic, sizeof recording_magic) != 0)
            refuse(path_, "is not a recording");
        if (got >= offsetof(FileHeader, header_bytes) && header_->version != recording_version)
            refuse(path_, fmt::format("is a recording of version {}; this heddle reads version {}", header_->version,
                                      recording_version));
        if (got < sizeof(FileHeader)) damaged("its header is not all there");
        if (header_->chunk_size != chunk_bytes || header_->header_bytes % chunk_bytes != 0 ||
            header_->text_bytes > std::uint64_t{header_->header_bytes} ||
            sizeof(FileHeader) + header_->text_bytes > header_->header_bytes)
            damaged("its header makes no sense");
    }

    void read_text() {
        if (header_->text_bytes > input_.size()) damaged("its header is not all there");
        std::string text(header_->text_bytes, '\0');
        if (input_.read(text.data(), text.size(), sizeof(FileHeader)) < text.size()) damaged("its header is not all there");
        const Json json = Json::parse(text, nullptr, false);
        try {
            result_.library = json.at("library"), result_.program = json.at("program");
            result_.file = json.at("file"), result_.pattern = json.at("pattern");
            result_.compiler = json.at("compiler");
            result_.sources = json.at("sources").get<std::vector<std::string>>();
            result_.options = json.at("options").get<std::vector<std::string>>();
            result_.arguments = json.at("arguments").get<std::vector<std::string>>();
        } catch (const Json::exception&) {
            damaged("what program it is of cannot be read");
        }
        result_.seed = header_->seed, result_.began = header_->began, result_.base = header_->base.load();
        result_.complete = header_->complete.load() != 0;
    }

    /// Where each thread's chunks are, by their index in the thread.
    void find_chunks() {
        const std::uint64_t size = input_.size();
        const std::uint64_t there = size > header_->header_bytes ? whole_chunks(size - header_->header_bytes) / chunk_bytes : 0;
        const std::uint32_t used = header_->used.load();
        const std::uint64_t taken = used ? used : std::min(header_->next_chunk.load(), header_->capacity);
        if (there < taken) result_.complete = false; // the end of the file is missing
        for (std::uint64_t i = 0; i < std::min(there, taken); ++i) {
            ChunkHeader chunk;
            const std::uint64_t offset = header_->header_bytes + i * chunk_bytes;
            if (input_.read(&chunk, sizeof chunk, offset) < sizeof chunk) continue;
            if (chunk.magic == 0) continue; // killed before the thread had made it its own
            if (chunk.magic != ChunkHeader::right || chunk.thread >= most_threads(taken)) damaged(fmt::format("chunk {}", i));
            if (!chunks_[chunk.thread].emplace(chunk.index, offset).second)
                damaged(fmt::format("thread {} has two chunks {}", chunk.thread, chunk.index));
        }
    }

    RecordedThread& thread_at(std::uint32_t t) {
        if (result_.threads.size() <= t) result_.threads.resize(t + 1);
        return result_.threads[t];
    }

    void read_thread(std::uint32_t t, const std::map<std::uint32_t, std::uint64_t>& chunks) {
        RecordedThread& thread = thread_at(t);
        std::uint32_t expected = 0;
        bool whole = true;
        for (const auto& [index, offset] : chunks) {
            if (std::chrono::steady_clock::now() >= until_) {
                whole = false;
                thread.lost += records_in_chunk;
                continue;
            }
            std::vector<Record> records(records_in_chunk);
            const std::size_t bytes =
                input_.read(records.data(), records.size() * sizeof(Record), offset + sizeof(ChunkHeader));
            records.resize(bytes / sizeof(Record));
            if (index != expected++ || !whole) { // the one before it is not there: this is out of reach
                whole = false;
                thread.lost += std::size_t(std::count_if(records.begin(), records.end(), [](const Record& r) { return r.head; }));
                continue;
            }
            if (records.size() < records_in_chunk) whole = false;
            read_records(thread, records, t);
        }
        if (!whole) result_.complete = false;
    }

    void read_records(RecordedThread& thread, const std::vector<Record>& records, std::uint32_t t) {
        for (std::size_t i = 0; i < records.size() && records[i].head; ++i) {
            const Record& record = records[i];
            const auto kind = record.head >> 48 & 0xff, order = record.head >> 56 & 0xf;
            const bool no_event = kind >= std::uint64_t(FileKind::first) && kind <= std::uint64_t(FileKind::call);
            if (kind == 0 || (kind > std::uint64_t(RecordedKind::choice) && !no_event) || order > std::uint64_t(MemoryOrder::seq_cst) ||
                record.head >> 61)
                damaged(fmt::format("event {} of thread {}", thread.events.size(), t));
            RecordedEvent event;
            event.kind = RecordedKind(kind), event.order = MemoryOrder(order);
            event.address = record.head & 0xffff'ffff'ffffull;
            event.value = record.value, event.pc = record.pc, event.sequence = record.sequence, event.time = record.time;
            event.other = record.other_and_size & 0xffffff, event.size = std::uint8_t(record.other_and_size >> 24);
            if (record.head & Record::has_upper_half) {
                if (++i == records.size() || !(records[i].head & Record::is_upper_half))
                    damaged(fmt::format("event {} of thread {}", thread.events.size(), t));
                event.value |= Value{records[i].value} << 64;
            }
            if (!no_event) {
                thread.events.push_back(event);
            } else if (FileKind(kind) == FileKind::call) {
                if (event.other == 1 || thread.stacks.empty()) thread.stacks.emplace_back();
                thread.stacks.back().push_back(std::uint64_t(event.value));
            } else if (!terms_.take(t, FileKind(kind), event)) {
                damaged(fmt::format("a term after event {} of thread {}", thread.events.size(), t));
            }
        }
    }

    void check_threads() {
        if (result_.threads.empty()) result_.threads.resize(1); // killed before its first event
        for (std::size_t t = 0; t < result_.threads.size(); ++t) {
            RecordedThread& thread = result_.threads[t];
            thread.parent = 0;
            if (thread.events.empty()) continue;
            if (thread.events.front().kind != RecordedKind::start) damaged(fmt::format("thread {} has no beginning", t));
            thread.parent = thread.events.front().other;
            thread.function = thread.events.front().address;
            if (t > 0 && thread.parent >= t) damaged(fmt::format("thread {} was created by a later one", t));
        }
    }

    const fs::path& path_;
    Input input_;
    const std::chrono::steady_clock::time_point until_;
    std::unique_ptr<FileHeader> header_ = std::make_unique<FileHeader>();
    std::map<std::uint32_t, std::map<std::uint32_t, std::uint64_t>> chunks_;
    TermReader terms_;
    Recording result_;
};

} // namespace

RecordingFile RecordingFile::create(const fs::path& path, std::uint64_t max_bytes, const Recording& about) {
    const auto fail = [&](const char* what) -> void {
        throw UserError(fmt::format("cannot {} the recording {}: {}", what, path.string(), std::strerror(errno)));
    };
    std::error_code ignored;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), ignored);
    ::unlink(path.c_str()); // whoever reads the old one goes on reading the old one
    RecordingFile file;
    file.fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file.fd_ < 0) fail("create");
    // Writing to a sparse file on a full file system is SIGBUS: promise no more than there is.
    struct statvfs space {};
    if (::fstatvfs(file.fd_, &space) == 0)
        max_bytes = std::min<std::uint64_t>(max_bytes, std::uint64_t(space.f_bavail) * space.f_frsize / 10 * 9);
    const std::string text = text_of(about);
    const std::uint64_t header_bytes = whole_chunks(sizeof(FileHeader) + text.size());
    const std::uint64_t capacity = std::clamp<std::uint64_t>(max_bytes / chunk_bytes, 1, 0xffff'0000u);
    const std::uint64_t size = header_bytes + capacity * chunk_bytes;
    if (::ftruncate(file.fd_, off_t(size)) != 0) fail("make room for");
    void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file.fd_, 0);
    if (memory == MAP_FAILED) fail("map");
    file.mapped_ = size;
    file.header_ = new (memory) FileHeader;
    FileHeader& header = *file.header_;
    header.version = recording_version;
    header.header_bytes = std::uint32_t(header_bytes);
    header.chunk_size = chunk_bytes;
    header.capacity = std::uint32_t(capacity);
    header.seed = about.seed;
    header.began = about.began ? about.began
                               : std::uint64_t(std::chrono::duration_cast<std::chrono::seconds>(
                                                   std::chrono::system_clock::now().time_since_epoch())
                                                   .count());
    header.base = about.base;
    header.text_bytes = text.size();
    std::memcpy(static_cast<void*>(&header + 1), text.data(), text.size());
    std::memcpy(header.magic, recording_magic, sizeof recording_magic);
    return file;
}

RecordingFile::RecordingFile(RecordingFile&& other) noexcept
    : header_(std::exchange(other.header_, nullptr)), mapped_(other.mapped_), fd_(std::exchange(other.fd_, -1)) {}

RecordingFile::~RecordingFile() {
    if (header_) ::munmap(static_cast<void*>(header_), mapped_);
    if (fd_ >= 0) ::close(fd_);
}

void RecordingFile::finish(bool complete) {
    const std::uint32_t used = std::min(header_->next_chunk.exchange(header_->capacity), header_->capacity);
    header_->used = used;
    header_->complete = complete;
    // A file that stays too large is no harm.
    if (::ftruncate(fd_, off_t(header_->header_bytes + std::uint64_t{used} * chunk_bytes)) != 0) return;
}

Recording read_recording(const fs::path& path, std::chrono::steady_clock::time_point until) { return Reader(path, until).read(); }

bool is_recording(const fs::path& path) {
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) return false;
    char magic[sizeof recording_magic] = {};
    return Input(path).read(magic, sizeof magic, 0) == sizeof magic &&
           std::memcmp(magic, recording_magic, sizeof magic) == 0;
}

} // namespace heddle::trace
