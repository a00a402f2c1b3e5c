// assertion: a wait with a time limit may end without the signal
// check: assertion ~ signalled
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

std::mutex mutex;
std::condition_variable condition;
bool ready;

int main() {
    std::thread sender([] {
        std::lock_guard guard(mutex);
        ready = true;
        condition.notify_one();
    });
    {
        std::unique_lock lock(mutex);
        const bool signalled = condition.wait_for(lock, 10ms, [] { return ready; });
        assert(signalled);
    }
    sender.join();
}
