// Plain memory with whole blocks against the same with nothing but words, on random accesses with synchronisation and undo.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <random>
#include <vector>

#include "execution/plain_memory.hpp"

using namespace heddle;
using namespace heddle::graph;
using execution::AccessKind;
using execution::Cell;
using execution::Conflict;
using execution::Contents;
using execution::Memory;

namespace {

constexpr std::uint64_t base = 0x40000, blocks = 3;
constexpr ThreadId threads = 3;

std::uint64_t at_start(void*, std::uint64_t address) { return address / 1024; }

/// What both sides do, one by blocks and one by words.
struct Both {
    Both() : graph(threads, Synchronisation::as_written), x(graph.add_location(0, 0, false)) {}

    void event(ThreadId t, bool write) {
        Event event;
        event.kind = write ? EventKind::write : EventKind::read;
        event.thread = std::uint16_t(t);
        event.location = x;
        event.order = write ? MemoryOrder::release : MemoryOrder::acquire;
        event.stamp = graph.size() + 1;
        const auto& mo = graph.location(x).mo;
        event.rf = write || mo.empty() ? initial : mo.back();
        graph.add(event, write ? std::uint32_t(mo.size()) : 0);
    }

    ExecutionGraph graph;
    LocationId x;
    Memory whole{at_start, nullptr}, words{at_start, nullptr};
};

using Found = std::optional<Conflict>;

/// A conflict lies in the first word that has one.
void require_same(const Found& a, const Found& b) {
    REQUIRE(a.has_value() == b.has_value());
    if (!a) return;
    REQUIRE(a->address == b->address);
    REQUIRE(a->ordered == b->ordered);
    REQUIRE(a->earlier.pc == b->earlier.pc);
    REQUIRE(a->earlier.kind == b->earlier.kind);
}

Found access_words(Both& both, ThreadId t, std::uint64_t from, std::uint64_t size, AccessKind kind, std::uint64_t pc) {
    for (std::uint64_t word = from; word < from + size; word += 8)
        if (Found found = both.words.access(both.graph, t, both.words.cell(word), 0xff, kind, pc)) return found;
    return std::nullopt;
}

void require_same_values(Both& both) {
    for (std::uint64_t b = 0; b < blocks; ++b) {
        const Cell& block = both.whole.block(base + b * Contents::bytes);
        const Contents::Content content = both.whole.contents()[both.whole.value_of(block)];
        for (unsigned i = 0; i < Contents::words; ++i) REQUIRE(content[i] == both.words.cell(block.address + 8 * i).value);
    }
}

struct Point {
    std::uint32_t events;
    Memory::Mark whole, words;
};

class Walk {
public:
    explicit Walk(std::uint32_t seed) : random_(seed) {}

    void step() {
        const Point before = point();
        const auto t = ThreadId(pick(threads));
        const std::uint64_t address = base + pick(blocks) * Contents::bytes;
        switch (pick(12)) {
        case 0:
        case 1: return both_.event(t, pick(2) == 0);
        case 2: points_.push_back(before); return;
        case 3: return take_back();
        case 4: return require_same_values(both_);
        case 5: return touch_word(t, address + 8 * pick(Contents::words), before);
        case 6: return release(t, address, before);
        default: return touch_block(t, address, before);
        }
    }
    Both& both() { return both_; }

private:
    std::uint64_t pick(std::uint64_t n) { return random_() % n; }
    Point point() const { return {both_.graph.size(), both_.whole.mark(), both_.words.mark()}; }

    void undo(const Point& point) {
        both_.whole.undo(point.whole);
        both_.words.undo(point.words);
        while (both_.graph.size() > point.events) both_.graph.remove_last();
    }
    void take_back() {
        if (points_.empty()) return;
        undo(points_.back());
        points_.pop_back();
    }

    void touch_block(ThreadId t, std::uint64_t address, const Point& before) {
        const bool writes = pick(2) == 0;
        const AccessKind kind = writes ? AccessKind::write : AccessKind::read;
        Cell& block = both_.whole.block(address);
        const Found a = both_.whole.access(both_.graph, t, block, 0xff, kind, ++pc_);
        require_same(a, access_words(both_, t, address, Contents::bytes, kind, pc_));
        if (a) return undo(before);
        if (!writes) return;
        Contents::Content content{};
        for (auto& word : content) word = pick(3) ? pc_ : 0;
        both_.whole.set_value(block, both_.whole.contents().number_of(content));
        for (unsigned i = 0; i < Contents::words; ++i) both_.words.set_value(both_.words.cell(address + 8 * i), content[i]);
    }

    void touch_word(ThreadId t, std::uint64_t word, const Point& before) {
        const bool writes = pick(2) == 0;
        const AccessKind kind = writes ? AccessKind::write : AccessKind::read;
        const auto mask = std::uint8_t(1 + pick(255));
        const Found a = both_.whole.access(both_.graph, t, both_.whole.cell(word), mask, kind, ++pc_);
        require_same(a, both_.words.access(both_.graph, t, both_.words.cell(word), mask, kind, pc_));
        if (a) return undo(before);
        if (!writes) return;
        both_.whole.set_value(both_.whole.cell(word), pc_);
        both_.words.set_value(both_.words.cell(word), pc_);
    }

    void release(ThreadId t, std::uint64_t address, const Point& before) {
        const std::uint64_t last = base + blocks * Contents::bytes;
        const std::uint64_t size = Contents::bytes * (1 + pick((last - address) / Contents::bytes));
        const Found a = both_.whole.release(both_.graph, t, address, size, ++pc_);
        require_same(a, access_words(both_, t, address, size, AccessKind::release, pc_));
        if (a) undo(before);
    }

    std::mt19937 random_;
    Both both_;
    std::vector<Point> points_;
    std::uint64_t pc_ = 0x1000;
};

} // namespace

TEST_CASE("plain memory: whole blocks say what their words would say", "[plain_memory]") {
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
        Walk walk(seed);
        for (int i = 0; i < 60; ++i) walk.step();
        require_same_values(walk.both());
    }
}

TEST_CASE("plain memory: releasing more than is ever touched costs what was touched", "[plain_memory]") {
    Both both;
    Cell& word = both.whole.cell(base);
    REQUIRE_FALSE(both.whole.access(both.graph, 0, word, 0xff, AccessKind::write, 1));
    REQUIRE_FALSE(both.whole.release(both.graph, 0, base, std::uint64_t{1} << 40, 2)); // ends
    const Memory::Mark gone = both.whole.mark();
    const Found touched = both.whole.access(both.graph, 1, word, 0xff, AccessKind::read, 3);
    REQUIRE(touched);
    const Found untouched = both.whole.access(both.graph, 0, both.whole.cell(base + (std::uint64_t{1} << 39)), 1, AccessKind::read, 4);
    REQUIRE(untouched);
    REQUIRE(untouched->ordered);
    REQUIRE(untouched->earlier.pc == 2);
    both.whole.undo(gone);
    REQUIRE(both.whole.access(both.graph, 1, both.whole.cell(base + 4096), 1, AccessKind::write, 5));
    both.whole.undo({});
    REQUIRE_FALSE(both.whole.access(both.graph, 1, both.whole.cell(base + 4096), 1, AccessKind::write, 6));
}
