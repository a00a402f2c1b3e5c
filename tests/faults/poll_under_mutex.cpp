// verified: waits by looking again and again under the mutex
// check: verified
// check -- -O0: verified
// check -- -O2: verified
#include <mutex>
#include <thread>

std::mutex mutex;
bool done = false;

int main() {
    std::thread thread([] {
        std::lock_guard guard(mutex);
        done = true;
    });
    for (;;) {
        std::lock_guard guard(mutex);
        if (done) break;
    }
    thread.join();
}
