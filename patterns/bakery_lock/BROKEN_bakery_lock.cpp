// Bakeries that let two customers in.
#include <array>
#include <atomic>
#include <cstddef>
#include <thread>

#include <heddle/heddle.hpp>

namespace {

template <class Lock>
void both_enter() {
    Lock lock;
    heddle::invariant one_at_a_time("at most one thread is inside", heddle::at("inside") <= 1);
    auto enter = [&](std::size_t me) {
        lock.lock(me);
        { heddle::region inside("inside"); }
        lock.unlock(me);
    };
    std::thread first(enter, 0);
    std::thread second(enter, 1);
    first.join();
    second.join();
}

// Does not wait until the other has chosen: it may be about to draw the same number, with the lower index.
class without_choosing {
public:
    void lock(std::size_t me) {
        const std::size_t other = 1 - me;
        const unsigned mine = numbers_[other] + 1;
        numbers_[me] = mine;
        for (;;) {
            const unsigned theirs = numbers_[other];
            if (theirs == 0 || theirs > mine || (theirs == mine && other > me)) break;
        }
    }
    void unlock(std::size_t me) { numbers_[me] = 0; }

private:
    std::array<std::atomic<unsigned>, 2> numbers_{};
};

// Forgets that a number can be drawn twice.
class without_tie_break {
public:
    void lock(std::size_t me) {
        const std::size_t other = 1 - me;
        choosing_[me] = true;
        const unsigned mine = numbers_[other] + 1;
        numbers_[me] = mine;
        choosing_[me] = false;
        while (choosing_[other]) {
        }
        for (;;) {
            const unsigned theirs = numbers_[other];
            if (theirs == 0 || theirs >= mine) break;
        }
    }
    void unlock(std::size_t me) { numbers_[me] = 0; }

private:
    std::array<std::atomic<bool>, 2> choosing_{};
    std::array<std::atomic<unsigned>, 2> numbers_{};
};

} // namespace

HEDDLE_PATTERN(bakery_without_choosing, "A number is being drawn while another looks: both may enter", "invariant") {
    both_enter<without_choosing>();
}

HEDDLE_PATTERN(bakery_without_tie_break, "Two customers with the same number both go first", "invariant") {
    both_enter<without_tie_break>();
}
