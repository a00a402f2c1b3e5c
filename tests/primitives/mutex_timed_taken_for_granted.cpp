// std::timed_mutex: the program takes for granted that nobody gives up
// check: assertion
#include <cassert>
#include <chrono>
#include <mutex>
#include <thread>
using namespace std::chrono_literals;
std::timed_mutex m;
int n;
int main() {
    auto work = [] {
        if (m.try_lock_for(10ms)) {
            ++n;
            std::this_thread::sleep_for(20ms);
            m.unlock();
        }
    };
    std::thread a(work), b(work);
    a.join();
    b.join();
    assert(n == 2);
}
