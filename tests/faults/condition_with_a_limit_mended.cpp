// verified: a wait with a time limit, both outcomes allowed for; nobody need signal
// check: verified
// check --model tso: verified
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

std::mutex mutex;
std::condition_variable condition, never;
bool ready;

int main() {
    std::thread sender([] {
        std::lock_guard guard(mutex);
        ready = true;
        condition.notify_one();
    });
    {
        std::unique_lock lock(mutex);
        if (!condition.wait_for(lock, 10ms, [] { return ready; }) && ready) return 1;
        if (never.wait_until(lock, std::chrono::system_clock::now() + 1s) != std::cv_status::timeout) return 2;
    }
    sender.join();
}
