// misuse: the object is deleted while a thread waits on its condition variable
// check: misuse ~ while T1 waits on it
// check -- -DNOTIFIED: verified
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
bool waiting = false, ready = false;

int main() {
    auto* changed = new std::condition_variable;
    std::thread waiter([changed] {
        std::unique_lock lock(mutex);
        waiting = true;
        changed->wait(lock, [] { return ready; });
    });
    for (bool seen = false; !seen;) {
        std::lock_guard lock(mutex);
        seen = waiting;
    }
#ifdef NOTIFIED
    {
        std::lock_guard lock(mutex);
        ready = true;
    }
    changed->notify_all();
    waiter.join();
    delete changed;
#else
    delete changed;
    waiter.join();
#endif
}
