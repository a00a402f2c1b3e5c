// deadlock: two threads wait for the flag, one of them is notified
// check: deadlock ~ waits for `ready` to change
#include <atomic>
#include <thread>

int main() {
    std::atomic<int> ready{0};
    std::thread first([&] { ready.wait(0); }), second([&] { ready.wait(0); });
    ready.store(1);
    ready.notify_one();
    first.join();
    second.join();
}
