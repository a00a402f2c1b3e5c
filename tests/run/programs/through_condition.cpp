// Two threads announce themselves; the main one is woken by the first and then looks at what the second one made.
#include <condition_variable>
#include <mutex>
#include <thread>

int made;
int announced;
std::mutex m;
std::condition_variable changed;

int main() {
    std::thread maker([] {
        made = 42;
        std::lock_guard lock(m);
        announced = 1;
        changed.notify_one();
    });
    std::thread other([] {
        std::lock_guard lock(m);
        announced = 1;
        changed.notify_one();
    });
    {
        std::unique_lock lock(m);
        while (announced == 0) changed.wait(lock);
    }
    const int seen = made;
    maker.join();
    other.join();
    return seen == 43;
}
