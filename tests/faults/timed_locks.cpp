// verified: a lock with a time limit is had or not
// check: verified
// executions: 3
#include <chrono>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

std::timed_mutex mutex;
int shared;

int main() {
    std::thread other([] {
        std::lock_guard guard(mutex);
        ++shared;
    });
    if (mutex.try_lock_for(5ms)) {
        ++shared;
        mutex.unlock();
    }
    other.join();
}
