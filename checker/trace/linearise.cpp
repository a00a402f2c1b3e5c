// The idea: a thread that can go on should go on. Running a thread as far as it can never costs a context switch
// (what it does now it need not come back for, and it only enables others), so the only choices are which thread to
// switch to when one must stop. Level k of a breadth-first search holds the positions reachable with k switches; the
// first level with a finished position is optimal. Levels wider than `beam` keep only the positions that are furthest:
// then the result is still an order, perhaps not the shortest. Proved by: test_linearise.cpp against all permutations.
#include "trace/linearise.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <set>

#include "core/error.hpp"

namespace heddle::trace {
namespace {

constexpr std::size_t beam = 256;

// What has been told: how many items of each thread, and through which switches.
struct Position {
    std::vector<int> done; ///< per thread
    int told = 0;          ///< sum of done
    int parent = -1;       ///< index into Search::positions
    int thread = -1;       ///< the one that ran last
};

class Search {
public:
    explicit Search(std::span<const Item> items) : items_(items), place_(items.size()) {
        for (const Item& item : items) threads_.push_back(item.thread);
        std::sort(threads_.begin(), threads_.end());
        threads_.erase(std::unique(threads_.begin(), threads_.end()), threads_.end());
        of_thread_.resize(threads_.size());
        for (std::size_t i = 0; i < items.size(); ++i) {
            auto& own = of_thread_[dense(items[i].thread)];
            place_[i] = static_cast<int>(own.size());
            own.push_back(static_cast<int>(i));
            for (int before : items[i].after)
                if (before < 0 || before >= static_cast<int>(items.size()))
                    throw InternalError("linearise: a predecessor's index is out of range");
        }
    }

    std::vector<int> run() {
        positions_.push_back({std::vector<int>(threads_.size(), 0), 0, -1, -1});
        std::vector<int> level{0};
        while (!level.empty()) {
            for (int index : level)
                if (positions_[index].told == static_cast<int>(items_.size())) return order_to(index);
            level = next_level(level);
        }
        throw InternalError("linearise: the steps depend on each other in a cycle");
    }

private:
    std::size_t dense(int thread) const {
        return std::lower_bound(threads_.begin(), threads_.end(), thread) - threads_.begin();
    }

    bool ready(const Position& position, int item) const {
        return std::all_of(items_[item].after.begin(), items_[item].after.end(), [&](int before) {
            return place_[before] < position.done[dense(items_[before].thread)];
        });
    }

    // Runs one thread as far as it goes; false when it cannot move.
    bool advance(Position& position, int thread) const {
        int start = position.done[thread];
        const auto& own = of_thread_[thread];
        int& done = position.done[thread];
        while (done < static_cast<int>(own.size()) && ready(position, own[done])) ++done;
        position.told += done - start;
        position.thread = thread;
        return done > start;
    }

    std::vector<int> next_level(const std::vector<int>& level) {
        std::vector<Position> next;
        std::set<std::vector<int>> seen;
        for (int index : level)
            for (int thread = 0; thread < static_cast<int>(threads_.size()); ++thread) {
                Position position = positions_[index];
                position.parent = index;
                if (advance(position, thread) && seen.insert(position.done).second) next.push_back(std::move(position));
            }
        if (next.size() > beam) {
            std::stable_sort(next.begin(), next.end(), [](const Position& a, const Position& b) { return a.told > b.told; });
            next.resize(beam);
        }
        std::vector<int> indices(next.size());
        std::iota(indices.begin(), indices.end(), static_cast<int>(positions_.size()));
        std::move(next.begin(), next.end(), std::back_inserter(positions_));
        return indices;
    }

    std::vector<int> order_to(int index) const {
        std::vector<int> path;
        for (; positions_[index].parent >= 0; index = positions_[index].parent) path.push_back(index);
        std::vector<int> order;
        for (auto step = path.rbegin(); step != path.rend(); ++step) {
            const Position& to = positions_[*step];
            const Position& from = positions_[to.parent];
            const auto& own = of_thread_[to.thread];
            order.insert(order.end(), own.begin() + from.done[to.thread], own.begin() + to.done[to.thread]);
        }
        return order;
    }

    std::span<const Item> items_;
    std::vector<int> threads_;                ///< sorted, each once
    std::vector<std::vector<int>> of_thread_; ///< items of each, in program order
    std::vector<int> place_;                  ///< of an item among its thread's
    std::vector<Position> positions_;         ///< all ever kept, for the way back
};

bool same(const Step& a, const Step& b) {
    return a.thread == b.thread && a.op == b.op && a.order == b.order && a.object == b.object && a.address == b.address &&
           a.size == b.size && a.value == b.value && a.old_value == b.old_value && a.reads_from == b.reads_from && a.stale == b.stale && a.site == b.site &&
           a.note == b.note;
}

bool same_block(const std::vector<Step>& steps, std::size_t a, std::size_t b, std::size_t length) {
    for (std::size_t i = 0; i < length; ++i)
        if (!changes_nothing(steps[a + i].op) || !same(steps[a + i], steps[b + i]) || steps[a + i].thread != steps[a].thread)
            return false;
    return true;
}

struct Block {
    std::size_t length = 1;
    std::size_t times = 1;
};

// The shortest block that repeats at `start`.
Block repeated_at(const std::vector<Step>& steps, std::size_t start) {
    for (std::size_t length = 1; length <= 4; ++length) {
        std::size_t times = 1;
        while (start + (times + 1) * length <= steps.size() && same_block(steps, start, start + times * length, length)) ++times;
        if (times > 1) return {length, times};
    }
    return {};
}

} // namespace

std::vector<int> linearise(std::span<const Item> items) { return Search(items).run(); }

void collapse_spins(Trace& trace) {
    std::vector<Step> kept;
    std::vector<int> moved(trace.steps.size()); // old index -> new one
    for (std::size_t i = 0; i < trace.steps.size();) {
        Block block = repeated_at(trace.steps, i);
        for (std::size_t k = 0; k < block.length * block.times; ++k) {
            std::size_t offset = k % block.length;
            moved[i + k] = static_cast<int>(kept.size() + offset);
        }
        for (std::size_t k = 0; k < block.length; ++k) {
            Step step = trace.steps[i + k];
            for (std::size_t n = 1; n < block.times; ++n) step.repeat += trace.steps[i + n * block.length + k].repeat;
            kept.push_back(std::move(step));
        }
        i += block.length * block.times;
    }
    for (Step& step : kept)
        if (step.reads_from >= 0) step.reads_from = moved[step.reads_from];
    trace.steps = std::move(kept);
}

} // namespace heddle::trace
