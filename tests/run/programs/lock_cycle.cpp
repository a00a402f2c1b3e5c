// Two locks taken in both orders, once far from each other.
#include <mutex>
#include <thread>

int x;
std::mutex a, b;

int main() {
    std::thread one([] {
        std::lock_guard first(a);
        std::lock_guard second(b);
        ++x;
    });
    std::thread two([] {
        std::lock_guard first(b);
        std::lock_guard second(a);
        ++x;
    });
    one.join();
    two.join();
}
