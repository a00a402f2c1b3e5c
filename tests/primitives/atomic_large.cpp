// std::atomic, 24 bytes: stored, loaded, exchanged
// check: verified
// executions: 2
// run: clean
#include <atomic>
#include <thread>
struct P {
    long a, b, c;
};
std::atomic<P> p{P{1, 1, 1}};
int main() {
    std::thread t([] { p.store({2, 2, 2}); });
    P q = p.load();
    t.join();
    P r = p.exchange({0, 0, 0});
    return q.a == q.c && r.a == 2 ? 0 : 1;
}
