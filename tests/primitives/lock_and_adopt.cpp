// std::lock: two mutexes both ways, then adopted
// check: verified
#include <mutex>
#include <thread>
std::mutex a, b;
int n;
void f(std::mutex& p, std::mutex& q) {
    std::lock(p, q);
    std::lock_guard g(p, std::adopt_lock), h(q, std::adopt_lock);
    ++n;
}
int main() {
    std::thread x([] { f(a, b); }), y([] { f(b, a); });
    x.join();
    y.join();
    return n - 2;
}
