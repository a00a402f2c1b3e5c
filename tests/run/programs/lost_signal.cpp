// Waits without looking whether there is anything to wait for.
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex m;
std::condition_variable done;

int main() {
    std::thread waiter([] {
        std::unique_lock lock(m);
        done.wait(lock);
    });
    std::thread signaller([] {
        std::lock_guard lock(m);
        done.notify_one();
    });
    waiter.join();
    signaller.join();
}
