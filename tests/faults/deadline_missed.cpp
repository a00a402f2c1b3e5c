// assertion: what is polled for may come too late
// check: assertion ~ seen
#include <atomic>
#include <cassert>
#include <chrono>
#include <thread>

using namespace std::chrono;
using namespace std::chrono_literals;

int main() {
    std::atomic<bool> flag{false};
    std::thread setter([&] { flag = true; });
    const auto deadline = steady_clock::now() + 100ms;
    bool seen = false;
    while (!seen && steady_clock::now() < deadline) seen = flag.load();
    assert(seen);
    setter.join();
}
