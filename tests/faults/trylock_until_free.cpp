// verified: a loop around trylock waits for the mutex as a lock does
// check: verified
// check -- -O0: verified
// check -- -O2: verified
#include <mutex>
#include <thread>

std::mutex mutex;
int value;

int main() {
    std::thread thread([] {
        std::lock_guard guard(mutex);
        value = 1;
    });
    while (!mutex.try_lock()) std::this_thread::yield();
    value = 2;
    mutex.unlock();
    thread.join();
}
