// As through_lock, but what is read in the one critical section was written in the other: the threads would not see what they saw.
// `x` is written before the one's critical section and after the other's: in the recorded order the lock hides the race.
#include <mutex>
#include <thread>

int x, y;
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
            ++y;
        }
        x = 2;
    });
    first.join();
    second.join();
}
