// verified: the lock is given up for a moment in each round, and held in between
// check: verified
// check -- -O0: verified
#include <mutex>
#include <thread>

std::mutex mutex;
bool done = false;

int main() {
    std::thread thread([] {
        std::lock_guard guard(mutex);
        done = true;
    });
    std::unique_lock lock(mutex);
    while (!done) {
        lock.unlock();
        std::this_thread::yield();
        lock.lock();
    }
    lock.unlock();
    thread.join();
}
