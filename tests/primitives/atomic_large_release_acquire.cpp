// std::atomic, 24 bytes: a local one; release and acquire hand data over
// check: verified
#include <atomic>
#include <thread>
struct P {
    long a, b, c;
};
int data;
int main() {
    std::atomic<P> p{P{0, 0, 0}};
    std::thread t([&] {
        data = 1;
        p.store({2, 2, 2}, std::memory_order_release);
    });
    int r = 1;
    if (p.load(std::memory_order_acquire).b == 2) r = data;
    t.join();
    P q = p.exchange(P{0, 0, 0});
    return r != 1 || q.c != 2 || p.load().a;
}
