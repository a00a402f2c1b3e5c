// deadlock: the notification comes before the change that is waited for
// check: deadlock ~ waits for `ready` to change
#include <atomic>
#include <thread>

int main() {
    std::atomic<bool> ready{false};
    std::thread waiter([&] { ready.wait(false); });
    ready.notify_all();
    ready.store(true);
    waiter.join();
}
