// `x` is written before the one's critical section and after the other's: in the recorded order the lock hides the race.
#include <mutex>
#include <thread>

int x, y, z;
std::mutex m;

int main() {
    std::thread first([] {
        x = 1;
        std::lock_guard lock(m);
        ++y;
    });
    std::thread second([] {
        {
            std::lock_guard lock(m);
            ++z;
        }
        x = 2;
    });
    first.join();
    second.join();
}
