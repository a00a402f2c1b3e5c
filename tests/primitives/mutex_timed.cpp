// std::timed_mutex: both get it in time, or one gives up
// check: verified
// run: clean
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>
using namespace std::chrono_literals;
std::timed_mutex m;
int n, missed[2];
int main() {
    auto work = [](int i) {
        if (m.try_lock_for(10ms)) {
            ++n;
            std::this_thread::sleep_for(1ms);
            m.unlock();
        } else missed[i] = 1;
    };
    std::thread a(work, 0), b(work, 1);
    a.join();
    b.join();
    std::printf("%d %d\n", n, missed[0] + missed[1]);
    return n + missed[0] + missed[1] == 2 ? 0 : 1;
}
