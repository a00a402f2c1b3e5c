// data-race: readers order nothing among themselves: two that count under a shared lock race
// check: data-race ~ calls
// check --model tso: data-race
// check -- -DLATER: data-race
#include <shared_mutex>
#include <thread>

std::shared_mutex m;
int calls;

int main() {
    std::thread first([] {
        std::shared_lock lock(m);
        ++calls;
    });
    std::thread second([] {
#ifdef LATER // not even when it comes after the first has unlocked
        { std::shared_lock lock(m); }
#endif
        std::shared_lock lock(m);
        ++calls;
    });
    first.join(), second.join();
}
