// std::atomic, 16 bytes: a pair that is counted up
// check: verified
#include <atomic>
#include <thread>
struct P {
    long a, b;
};
std::atomic<P> p{P{1, 1}};
int main() {
    std::thread t([] {
        P x = p.load();
        P y;
        do {
            y = {x.a + 1, x.b + 1};
        } while (!p.compare_exchange_weak(x, y));
    });
    P q = p.load();
    t.join();
    P r = p.load();
    return q.a == q.b && r.a == 2 ? 0 : 1;
}
