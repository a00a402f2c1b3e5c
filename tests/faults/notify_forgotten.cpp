// deadlock: the flag is set, and who waits for that is not notified
// check: deadlock ~ waits for `ready` to change from 0 and to be notified ~ written by T0
// check --model sc: deadlock
// check --model tso: deadlock
#include <atomic>
#include <thread>

int main() {
    std::atomic<int> ready{0};
    std::thread waiter([&] { ready.wait(0); });
    ready.store(1);
    waiter.join();
}
