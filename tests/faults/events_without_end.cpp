// inconclusive, with the number: more visible operations than a thread may have
// check --unroll 1000000: inconclusive ~ 65000 visible operations
// within: 60
#include <atomic>
#include <thread>

std::atomic<int> ticks{0};

int main() {
    std::thread thread([] {
        for (int i = 0; i < 100000; ++i) ticks.store(i);
    });
    thread.join();
}
