// Right: verified. A loop that spins at first, yields after ten milliseconds and sleeps after a hundred; each stage is explored, and
// none goes on for ever by itself. (At -O0 the difference of times lies on the stack and grows: inconclusive, see LIMITS.)
// check: verified
// check -- -O2: verified
// within: 10
#include <atomic>
#include <chrono>
#include <thread>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::atomic<bool> flag;

int main() {
    std::thread waiter([] {
        const auto start = Clock::now();
        while (!flag) {
            const auto passed = Clock::now() - start;
            if (passed < 10ms) continue;
            if (passed < 100ms) std::this_thread::yield();
            else std::this_thread::sleep_for(1ms);
        }
    });
    flag = true;
    waiter.join();
}
