// Everyone takes the fork at the left first: if all do so at once, nobody ever gets the second one.
#include <mutex>
#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(philosophers_all_take_the_left_fork, "Three philosophers hold one fork each and wait in a circle", "deadlock") {
    std::mutex forks[3];
    auto dine = [&](int seat) {
        std::lock_guard left(forks[seat]);
        std::lock_guard right(forks[(seat + 1) % 3]);
    };
    std::thread first(dine, 0);
    std::thread second(dine, 1);
    std::thread third(dine, 2);
    first.join();
    second.join();
    third.join();
}

HEDDLE_PATTERN(philosophers_share_a_meal_unguarded, "Forks of different pairs do not guard the plate in the middle", "data race") {
    std::mutex forks[4];
    int plate = 0;
    auto dine = [&](int seat) {
        std::lock_guard lower(forks[seat]);
        std::lock_guard higher(forks[seat + 1]);
        ++plate;
    };
    std::thread first(dine, 0);
    std::thread second(dine, 2);
    first.join();
    second.join();
}
