// std::atomic, 12 bytes: counted up by compare_exchange
// check: verified
#include <atomic>
#include <thread>
struct P {
    int x, y, z;
};
std::atomic<P> p{P{1, 2, 3}};
int main() {
    std::thread t([] {
        P e = p.load();
        while (!p.compare_exchange_weak(e, P{e.x + 1, e.y + 1, e.z + 1})) {
        }
    });
    P e = p.load();
    while (!p.compare_exchange_weak(e, P{e.x + 1, e.y + 1, e.z + 1})) {
    }
    t.join();
    P r = p;
    return r.x != 3 || r.z != 5;
}
