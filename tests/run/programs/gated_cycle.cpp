// Two locks taken in both orders, always inside a third: no deadlock.
#include <mutex>
#include <thread>

int x;
std::mutex gate, a, b;

int main() {
    std::thread one([] {
        std::lock_guard only(gate);
        std::lock_guard first(a);
        std::lock_guard second(b);
        ++x;
    });
    std::thread two([] {
        std::lock_guard only(gate);
        std::lock_guard first(b);
        std::lock_guard second(a);
        ++x;
    });
    one.join();
    two.join();
}
