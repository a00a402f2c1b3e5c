// Right: verified, and each execution once. That time jumps is one of two ways for a clock in the loop, of which the step is the
// canonical one (search/revisit): were both maximal, a write that revisits a read before the clock would find it twice, and there would be 9.
// check: verified
// executions: 5
// within: 10
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

std::mutex m;
std::condition_variable changed;
bool ready;

int main() {
    std::thread waiter([] {
        std::unique_lock lock(m);
        while (!ready) changed.wait_for(lock, 1ms);
    });
    { std::lock_guard guard(m); ready = true; }
    waiter.join();
}
