// std::async: polled until it is ready
// check: verified
#include <chrono>
#include <future>
using namespace std::chrono_literals;
int main() {
    auto a = std::async(std::launch::async, [] { return 7; });
    while (a.wait_for(0s) != std::future_status::ready) std::this_thread::yield();
    auto d = std::async(std::launch::deferred, [] { return 1; });
    if (d.wait_for(1s) != std::future_status::deferred) return 9;
    return a.get() - 7 * d.get();
}
