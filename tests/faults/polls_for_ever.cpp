// livelock: a loop that looks under the mutex for what nobody does
// check: livelock ~ mutex
#include <mutex>
#include <thread>

std::mutex mutex;
bool done = false;

int main() {
    std::thread thread([] { std::lock_guard guard(mutex); });
    for (;;) {
        std::lock_guard guard(mutex);
        if (done) break;
    }
    thread.join();
}
