// std::scoped_lock: three mutexes in two orders
// check: verified
// run: clean
#include <mutex>
#include <thread>
std::mutex a, b, c;
int n;
int main() {
    std::thread x([] {
        std::scoped_lock l(a, b, c);
        ++n;
    }),
        y([] {
            std::scoped_lock l(c, a, b);
            ++n;
        });
    x.join();
    y.join();
    return n == 2 ? 0 : 1;
}
