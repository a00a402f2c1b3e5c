// verified: a loop that looks at a flag until its time is up ends either way
// check: verified
// executions: 3
#include <atomic>
#include <chrono>
#include <thread>

using namespace std::chrono;
using namespace std::chrono_literals;

int main() {
    std::atomic<bool> flag{false};
    std::thread setter([&] { flag = true; });
    const auto deadline = steady_clock::now() + 100ms;
    while (steady_clock::now() < deadline) {
        if (flag.load()) break;
        std::this_thread::sleep_for(1ms);
    }
    setter.join();
}
