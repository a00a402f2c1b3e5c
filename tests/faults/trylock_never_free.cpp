// livelock: a loop around trylock, of a mutex that nobody will unlock
// check: livelock ~ mutex
#include <mutex>
#include <thread>

std::mutex mutex;

int main() {
    std::thread thread([] { mutex.lock(); });
    thread.join();
    while (!mutex.try_lock()) std::this_thread::yield();
}
