#include "dining_philosophers.hpp"

#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(philosophers_all_eat, "Three philosophers take the lower fork first; everyone eats, neighbours never together") {
    round_table<3> table;
    int uses[3] = {}; // of each fork; guarded by that fork
    auto dine = [&](int seat) {
        table.eat(seat, [&] {
            ++uses[seat];
            ++uses[(seat + 1) % 3];
        });
    };
    std::thread first(dine, 0);
    std::thread second(dine, 1);
    std::thread third(dine, 2);
    first.join();
    second.join();
    third.join();
    heddle::ensure(uses[0] == 2 && uses[1] == 2 && uses[2] == 2, "every fork was used by both its neighbours");
}

HEDDLE_PATTERN(philosophers_dine_twice, "Two philosophers share two forks and eat two courses each") {
    round_table<2> table;
    int meals = 0;
    auto dine = [&](int seat) {
        table.eat(seat, [&] { ++meals; });
        table.eat(seat, [&] { ++meals; });
    };
    std::thread first(dine, 0);
    std::thread second(dine, 1);
    first.join();
    second.join();
    heddle::ensure(meals == 4, "both ate twice");
}
