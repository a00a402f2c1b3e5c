// The order that a recording is put in, and which memory is whose.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include "recording_generator.hpp"
#include "smt/history.hpp"
#include "smt/predict.hpp"

using namespace heddle;
using namespace heddle::smt;
using tests::Generator, tests::K;

namespace {

constexpr std::uint64_t stack_at = 0x70000, stack_bytes = 0x1000, pointer_at = 0x2000;

/// Recordings by hand: events of threads, with their counts and times.
class Writer {
public:
    explicit Writer(std::uint32_t threads) {
        recording_.threads.resize(threads);
        put(0, K::start);
    }
    RecordedEvent& put(std::uint32_t t, K kind, std::uint64_t address = 0, Value value = 0) {
        RecordedEvent& e = recording_.threads[t].events.emplace_back();
        e.kind = kind, e.address = address, e.value = value, e.size = 8, e.time = ++time_;
        e.pc = 0x100 * (t + 1) + recording_.threads[t].events.size();
        if (kind == K::atomic_read || kind == K::atomic_write) e.sequence = ++counts_[address];
        return e;
    }
    void create(std::uint32_t t, std::uint64_t stack) {
        put(0, K::create).other = t;
        put(t, K::start, 0, Value{stack} | Value{stack_bytes} << 64);
    }
    void join(std::uint32_t t) {
        put(t, K::end);
        put(0, K::join).other = t;
    }
    const Recording& recording() const { return recording_; }

private:
    Recording recording_;
    std::uint32_t time_ = 0;
    std::map<std::uint64_t, std::uint32_t> counts_;
};

std::size_t certain_predictions(const Recording& recording) {
    const History history(recording);
    REQUIRE(history.left_out() == 0);
    std::size_t certain = 0;
    for (const Prediction& p : predict(history, {}).predictions) certain += p.certain;
    return certain;
}

} // namespace

TEST_CASE("Whatever the clock says, an object's events stand in their order and an update is one step", "[prediction]") {
    std::uint64_t updates = 0;
    for (unsigned seed = 1; seed <= 1000; ++seed)
        for (const std::uint32_t tick : {2u, 5u, 1000u}) {
            const Recording recording = Generator(seed, tick).run();
            const History history(recording);
            INFO("seed " << seed << ", " << tick << " events a tick");
            REQUIRE(history.left_out() == 0);
            std::map<std::uint64_t, std::uint32_t> counts;
            for (Place p = 0; p < history.size(); ++p) {
                const RecordedEvent& e = history[p];
                if (e.kind == K::rmw_write) {
                    ++updates;
                    REQUIRE(history[p - 1].kind == K::rmw_read);
                    REQUIRE(history.at(p - 1).thread == history.at(p).thread);
                    REQUIRE(e.sequence == counts[e.address]);
                } else if (e.sequence) {
                    REQUIRE(e.sequence == ++counts[e.address]);
                }
            }
        }
    CHECK(updates > 1000);
}

TEST_CASE("Threads one after another on the same stack are not one memory", "[prediction]") {
    // Both write to variables of their own; the second thread was not joined with the first when it was created … in another
    // order they would have had two stacks.
    Writer writer(3);
    writer.create(1, stack_at);
    writer.put(1, K::plain_write, stack_at + 0x100, 1);
    writer.put(1, K::end);
    writer.create(2, stack_at);
    writer.put(2, K::plain_write, stack_at + 0x100, 2);
    writer.put(2, K::end);
    CHECK(certain_predictions(writer.recording()) == 0);
}

TEST_CASE("What threads share besides a stack used twice is still predicted", "[prediction]") {
    Writer writer(3);
    writer.create(1, stack_at);
    writer.put(1, K::plain_write, stack_at + 0x100, 1);
    writer.put(1, K::plain_write, 0x1000, 1);
    writer.put(1, K::end);
    writer.create(2, stack_at);
    writer.put(2, K::plain_write, stack_at + 0x100, 2);
    writer.put(2, K::plain_write, 0x1000, 2);
    writer.put(2, K::end);
    CHECK(certain_predictions(writer.recording()) == 1);
}

TEST_CASE("A stack whose addresses others know is not two stacks at once", "[prediction]") {
    // T2 accesses T3's variable. Had T3 begun before T1's end, its stack would lie elsewhere, and T2's address would mean
    // another variable: no order is predicted in which T3 begins earlier.
    Writer writer(4);
    writer.create(1, stack_at);
    writer.create(2, stack_at + 0x10000);
    writer.put(1, K::plain_write, stack_at + 0x100, 1);
    writer.put(1, K::plain_write, 0x1000, 1);
    writer.put(1, K::end);
    writer.create(3, stack_at);
    writer.put(3, K::plain_write, 0x1000, 3);
    writer.put(3, K::plain_write, stack_at + 0x100, 3);
    writer.put(3, K::atomic_write, pointer_at, stack_at + 0x100);
    writer.put(2, K::atomic_read, pointer_at, stack_at + 0x100);
    writer.put(2, K::plain_read, stack_at + 0x100, 3);
    writer.put(2, K::end);
    writer.put(3, K::end);
    CHECK(certain_predictions(writer.recording()) == 0);
}

TEST_CASE("A block is not given to two threads at once", "[prediction]") {
    // T2 gets the block that T1 has freed. Before that it would have got another, and its address would mean something else.
    Writer writer(3);
    writer.create(1, stack_at);
    writer.create(2, stack_at + 0x10000);
    writer.put(1, K::allocate, 0x4000, 0x20);
    writer.put(1, K::plain_write, 0x1000, 1);
    writer.put(1, K::release, 0x4000);
    writer.put(2, K::allocate, 0x4000, 0x20);
    writer.put(2, K::plain_write, 0x1000, 2);
    writer.put(1, K::end);
    writer.put(2, K::end);
    CHECK(certain_predictions(writer.recording()) == 0);
}
