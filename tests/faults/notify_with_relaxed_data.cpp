// data-race: std::atomic::wait with a relaxed order does not acquire
// check: data-race ~ data
#include <atomic>
#include <thread>

std::atomic<int> ready;
int data;

int main() {
    std::thread reader([] {
        ready.wait(0, std::memory_order_relaxed);
        data++;
    });
    data = 1;
    ready.store(1, std::memory_order_release);
    ready.notify_all();
    reader.join();
}
