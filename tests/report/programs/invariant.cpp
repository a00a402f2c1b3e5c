#include <mutex>
#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(no_money_is_lost, "Two transfers, each account under its own lock", "invariant") {
    std::mutex m;
    int a = 100, b = 100;
    heddle::invariant sum("the sum is kept", heddle::value(a) + heddle::value(b) == 200);
    std::thread there([&] {
        std::lock_guard lock(m);
        a -= 30;
        b += 30;
    });
    std::thread back([&] {
        std::lock_guard lock(m);
        b -= 10;
        a += 10;
    });
    there.join();
    back.join();
}
