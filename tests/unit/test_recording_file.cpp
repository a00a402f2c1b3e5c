// Recordings as files: what was put is there, however the process that put it ended, and what is no recording is refused in
// one sentence.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "trace/recording_file.hpp"

namespace fs = std::filesystem;
using namespace heddle;
using namespace heddle::trace;

namespace {

/// A file that is gone when the test is over.
struct Temporary {
    fs::path path = fs::temp_directory_path() / ("heddle-recording-" + std::to_string(::getpid()));
    ~Temporary() { fs::remove(path); }
};

Recording about() {
    Recording about;
    about.library = "/tmp/lib.so", about.program = "abc", about.file = "a.cpp", about.pattern = "p";
    about.sources = {"/home/me/a.cpp"}, about.options = {"-O2", "\"quoted\""}, about.arguments = {"--fast"};
    about.compiler = "clang++", about.seed = 42, about.base = 0x7f00'0000'0000, about.began = 1234567;
    return about;
}

RecordedEvent start(std::uint32_t parent) {
    RecordedEvent event;
    event.kind = RecordedKind::start, event.other = parent, event.address = 0x1230 + parent;
    return event;
}

/// The n-th event, every field its own.
RecordedEvent sample(std::uint32_t n) {
    RecordedEvent event;
    event.kind = n % 2 ? RecordedKind::atomic_write : RecordedKind::plain_read;
    event.order = MemoryOrder(n % 6);
    event.address = 0x7fff'0000'0000 + n, event.value = 0x1234'5678'0000'0000 + n, event.pc = 0x400 + n;
    event.sequence = n + 1, event.time = 2 * n, event.other = n % 0xffffff, event.size = std::uint8_t(1u << n % 5);
    if (n % 7 == 3) event.value |= Value{n + 1} << 64;
    return event;
}

bool same(const RecordedEvent& a, const RecordedEvent& b) {
    return a.kind == b.kind && a.order == b.order && a.address == b.address && a.value == b.value && a.pc == b.pc &&
           a.sequence == b.sequence && a.time == b.time && a.other == b.other && a.size == b.size;
}

std::string refusal(const fs::path& path) {
    try {
        read_recording(path);
    } catch (const UserError& error) {
        return error.what();
    }
    return "accepted";
}

void patch(const fs::path& path, std::uint64_t offset, const std::string& bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(std::streamoff(offset));
    file.write(bytes.data(), std::streamsize(bytes.size()));
}

/// One thread's first `count` events are the samples.
std::size_t count_right(const RecordedThread& thread) {
    for (std::size_t i = 1; i < thread.events.size(); ++i)
        if (!same(thread.events[i], sample(std::uint32_t(i)))) return i;
    return thread.events.size();
}

} // namespace

TEST_CASE("A recording is read as it was written, by several threads at once", "[recording]") {
    const Temporary file;
    constexpr std::uint32_t threads = 4, events = 10'000; // more than one chunk each
    {
        RecordingFile recording = RecordingFile::create(file.path, 16 << 20, about());
        std::vector<std::thread> writers;
        for (std::uint32_t t = 0; t < threads; ++t)
            writers.emplace_back([&, t] {
                RecordWriter writer = recording.writer(t);
                writer.put(start(t ? t - 1 : 0));
                for (std::uint32_t n = 1; n < events; ++n) writer.put(sample(n));
            });
        for (std::thread& writer : writers) writer.join();
        recording.finish(true);
    }
    const Recording got = read_recording(file.path);
    const Recording wanted = about();
    CHECK(got.library == wanted.library);
    CHECK(got.program == wanted.program);
    CHECK(got.file == wanted.file);
    CHECK(got.pattern == wanted.pattern);
    CHECK(got.sources == wanted.sources);
    CHECK(got.options == wanted.options);
    CHECK(got.arguments == wanted.arguments);
    CHECK(got.compiler == wanted.compiler);
    CHECK(got.seed == wanted.seed);
    CHECK(got.began == wanted.began);
    CHECK(got.base == wanted.base);
    CHECK(got.complete);
    CHECK(got.lost() == 0);
    REQUIRE(got.threads.size() == threads);
    for (std::uint32_t t = 0; t < threads; ++t) {
        CHECK(got.threads[t].parent == (t ? t - 1 : 0));
        CHECK(got.threads[t].function == 0x1230 + (t ? t - 1 : 0));
        REQUIRE(got.threads[t].events.size() == events);
        CHECK(count_right(got.threads[t]) == events);
    }
    // 10,000 events and a seventh of them twice as large: 11,429 records, 6 chunks a thread, and the header.
    CHECK(fs::file_size(file.path) == (1 + 6 * threads) * chunk_bytes);
}

TEST_CASE("A process that is killed while it records leaves what it has recorded", "[recording]") {
    const Temporary file;
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t process = ::fork();
    if (process == 0) {
        RecordingFile recording = RecordingFile::create(file.path, 64 << 20, about());
        RecordWriter writer = recording.writer(0);
        writer.put(start(0));
        for (std::uint32_t n = 1;; ++n) {
            writer.put(sample(n));
            if (n == 5000 && ::write(ready[1], "x", 1) != 1) ::_exit(1);
        }
    }
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
    const Recording got = read_recording(file.path);
    CHECK_FALSE(got.complete);
    REQUIRE(got.threads.size() == 1);
    CHECK(got.threads[0].events.size() > 5000);
    CHECK(count_right(got.threads[0]) == got.threads[0].events.size());
}

TEST_CASE("A full recording keeps its beginning and counts what it lost", "[recording]") {
    const Temporary file;
    RecordingFile recording = RecordingFile::create(file.path, 2 * chunk_bytes, about());
    RecordWriter first = recording.writer(0), second = recording.writer(1), third = recording.writer(2);
    first.put(start(0));
    second.put(start(0));
    for (int i = 0; i < 5; ++i) third.put(start(0)); // no room for it any more
    for (std::uint32_t n = 1; n < records_in_chunk + 10; ++n) {
        RecordedEvent event = sample(n);
        event.value = n;
        first.put(event);
    }
    CHECK(first.lost() == 10);
    recording.finish(true);
    const Recording got = read_recording(file.path);
    CHECK(got.complete);
    REQUIRE(got.threads.size() == 3);
    CHECK(got.threads[0].events.size() == records_in_chunk);
    CHECK(got.threads[0].lost == 10);
    CHECK(got.threads[1].events.size() == 1);
    CHECK(got.threads[1].lost == 0);
    CHECK(got.threads[2].events.empty());
    CHECK(got.threads[2].lost == 5);
    CHECK(got.lost() == 15);
}

TEST_CASE("A recording with its end cut off is read up to there", "[recording]") {
    const Temporary file;
    {
        RecordingFile recording = RecordingFile::create(file.path, 1 << 20, about());
        RecordWriter writer = recording.writer(0);
        writer.put(start(0));
        for (std::uint32_t n = 1; n < 5000; ++n) writer.put(sample(n));
        recording.finish(true);
    }
    for (const std::uint64_t size : {std::uint64_t{3} * chunk_bytes, std::uint64_t{2} * chunk_bytes + 100,
                                     std::uint64_t{chunk_bytes} + 40, std::uint64_t{chunk_bytes}}) {
        fs::resize_file(file.path, size);
        const Recording got = read_recording(file.path);
        INFO("cut at " << size);
        CHECK_FALSE(got.complete);
        CHECK(count_right(got.threads.at(0)) == got.threads[0].events.size());
        CHECK((got.threads[0].events.size() < 2 * records_in_chunk));
    }
    fs::resize_file(file.path, 1000);
    CHECK(refusal(file.path) == file.path.string() + " is a damaged recording: its header is not all there");
    fs::resize_file(file.path, 3);
    CHECK(refusal(file.path) == file.path.string() + " is not a recording");
}

TEST_CASE("A damaged recording is refused in one sentence, and never crashes the reader", "[recording]") {
    const Temporary file;
    const auto make = [&] {
        RecordingFile recording = RecordingFile::create(file.path, 1 << 20, about());
        RecordWriter writer = recording.writer(0), other = recording.writer(1);
        writer.put(start(0));
        other.put(start(0));
        for (std::uint32_t n = 1; n < 3000; ++n) writer.put(sample(n));
        recording.finish(true);
    };
    const std::string is_damaged = file.path.string() + " is a damaged recording: ";
    make();
    patch(file.path, 8, std::string("\x07\0\0\0", 4));
    CHECK(refusal(file.path) ==
          file.path.string() + " is a recording of version 7; this heddle reads version 2");
    make();
    patch(file.path, chunk_bytes + sizeof(ChunkHeader) + 32 * 10 + 6, "\xff"); // the kind of event 10
    CHECK(refusal(file.path).starts_with(is_damaged + "event "));
    make();
    patch(file.path, chunk_bytes, "\xff\xff\xff\xff"); // the thread's number
    CHECK(refusal(file.path) == is_damaged + "chunk 0");
    make();
    patch(file.path, chunk_bytes, std::string("\x01\0\0\0", 4));
    CHECK(refusal(file.path) == is_damaged + "thread 1 has two chunks 0");
    make();
    patch(file.path, sizeof(FileHeader), "nonsense");
    CHECK(refusal(file.path) == is_damaged + "what program it is of cannot be read");
    // Any byte of the header and the first chunk: a refusal or a recording, never a crash.
    for (std::uint64_t at = 0; at < 2 * chunk_bytes; at += at < 512 ? 1 : 997) {
        make();
        patch(file.path, at, "\xa5");
        refusal(file.path);
    }
    patch(file.path, 0, "something else");
    CHECK_FALSE(is_recording(file.path));
    CHECK(refusal(file.path) == file.path.string() + " is not a recording");
    CHECK(refusal("/nowhere/at/all") == "cannot read /nowhere/at/all: No such file or directory");
    CHECK_THROWS_AS(RecordingFile::create("/proc/no/such", 1 << 20, about()), UserError);
}
