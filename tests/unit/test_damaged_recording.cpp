// Recordings in which bytes have changed, or of which the end is missing: they are refused in a sentence or looked at as far
// as they make sense; nothing crashes, and nothing takes forever.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include <unistd.h>

#include "cli/recorded_trace.hpp"
#include "core/error.hpp"
#include "recording_generator.hpp"
#include "smt/predict.hpp"
#include "trace/recorded_terms.hpp"
#include "trace/recording_file.hpp"

namespace fs = std::filesystem;
using namespace heddle;

namespace {

Word word(std::uint32_t number) { return expression_tag << expression_shift | number; }

/// A random program's recording, with inputs and conditions on them.
std::string recording_bytes(unsigned seed, const fs::path& path) {
    const trace::Recording recording = tests::Generator(seed).run();
    {
        trace::Recording about;
        about.library = "/nowhere/lib.so", about.file = "a.cpp", about.sources = {"/nowhere/a.cpp"};
        trace::RecordingFile file = trace::RecordingFile::create(path, 1 << 20, about);
        for (std::uint32_t t = 0; t < recording.threads.size(); ++t) {
            trace::RecordWriter writer = file.writer(t);
            for (std::size_t i = 0; i < recording.threads[t].events.size(); ++i) {
                writer.put(recording.threads[t].events[i]);
                if (i) continue;
                const std::uint32_t n = 4 * t;
                trace::put_input(writer, {n, {"input", Scalar::i32, 0, 100, t, 0}, 5});
                trace::put_term(writer, {n + 1, {Operator::multiply, Scalar::i32, word(n), word(n), 0}});
                trace::put_term(writer, {n + 2, {Operator::less, Scalar::i32, word(n + 1), 9, 0}});
                trace::put_term(writer, {n + 3, {Operator::select, Scalar::boolean, word(n + 2), word(n + 2), 1}});
                for (const trace::RecordedKind kind : {trace::RecordedKind::branch, trace::RecordedKind::ensure}) {
                    trace::RecordedEvent decision;
                    decision.kind = kind, decision.other = n + 4, decision.value = 1, decision.pc = 99 + n;
                    writer.put(decision);
                }
            }
        }
        file.finish(true);
    }
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

TEST_CASE("A damaged recording is refused or looked at, and neither crashes nor hangs", "[recording]") {
    const fs::path path = fs::temp_directory_path() / ("heddle-damaged-" + std::to_string(::getpid()));
    constexpr unsigned originals = 10, changes = 50;
    const auto begin = std::chrono::steady_clock::now();
    smt::PredictionOptions options;
    options.question = std::chrono::milliseconds(20);
    options.total = std::chrono::milliseconds(100);
    unsigned refused = 0, read = 0;
    for (unsigned original = 1; original <= originals; ++original) {
        const std::string bytes = recording_bytes(original, path);
        // Where something is: the header, its text, and the beginnings of the chunks.
        std::vector<std::size_t> places;
        for (std::size_t at = 0; at < bytes.size(); ++at)
            if (bytes[at] || (at && bytes[at - 1])) places.push_back(at);
        for (unsigned change = 0; change < changes; ++change) {
            INFO("original " << original << ", change " << change);
            std::mt19937 random(1000 * original + change);
            std::string damaged = bytes;
            if (change % 5 == 0) damaged.resize(random() % bytes.size());
            else
                for (unsigned n = 1 + random() % 8; n > 0; --n) damaged[places[random() % places.size()]] = char(random());
            std::ofstream(path, std::ios::binary) << damaged;
            try {
                const trace::Recording recording = trace::read_recording(path);
                const smt::History history(recording);
                cli::trace_of(history, cli::RecordedNames(recording), 200);
                smt::predict(history, options);
                ++read;
            } catch (const UserError& refusal) {
                ++refused;
                CHECK(std::string(refusal.what()).find('\n') == std::string::npos);
            }
        }
    }
    fs::remove(path);
    CHECK(refused > 100);
    CHECK(read > 100);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}
