// verified: data goes with an atomic_flag that is waited for: 1 execution
// check: verified
// executions: 1
#include <atomic>
#include <cassert>
#include <thread>

std::atomic_flag ready;
int data;

int main() {
    std::thread reader([] {
        ready.wait(false, std::memory_order_acquire);
        assert(data == 1);
    });
    data = 1;
    ready.test_and_set(std::memory_order_release);
    ready.notify_all();
    reader.join();
}
