// verified: a thread writes a local of main while main polls an atomic (internal error, and JSON says verified)
// check: verified
// check -- -O0: verified
// check -- -O2: verified
// executions: 2
#include <atomic>
#include <thread>

int main() {
    int x = 0;
    std::atomic<int> head{0}, tail{0};
    std::thread producer([&] {
        tail.store(1);
        (void)head.load();
        x = 8;
    });
    for (;;) {
        int h = head.load();
        if (h == tail.load()) continue;
        head.store(h + 1);
        break;
    }
    producer.join();
}
