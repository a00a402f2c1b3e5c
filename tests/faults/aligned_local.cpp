// data-race that names `counters.second`: an alignas(64) member of a local (frames that the compiler realigns)
// check: data-race ~ counters.second
#include <thread>

struct Counters { alignas(64) int first = 0; alignas(64) int second = 0; };

int main() {
    Counters counters;
    std::thread one([&] { counters.second++; }), two([&] { counters.second++; });
    one.join();
    two.join();
}
