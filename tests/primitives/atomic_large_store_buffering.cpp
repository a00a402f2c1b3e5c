// std::atomic, 24 bytes: store buffering, by release and acquire
// check: assertion
// check --model sc: verified
#include <atomic>
#include <cassert>
#include <thread>
struct P {
    long a, b, c;
};
std::atomic<P> x, y;
int main() {
    long r1, r2;
    std::thread t([&] {
        x.store({1, 1, 1}, std::memory_order_release);
        r1 = y.load(std::memory_order_acquire).c;
    });
    y.store({1, 1, 1}, std::memory_order_release);
    r2 = x.load(std::memory_order_acquire).c;
    t.join();
    assert(r1 || r2);
}
