// verified, 3 executions: a waiting loop in main while another thread writes a local of main
// check: verified
// check -- -O0: verified
// check -- -O2: verified
// executions: 3
#include <atomic>
#include <thread>

int main() {
    std::atomic<unsigned> written{0}, taken{0};
    int item = 0;
    std::thread producer([&] {
        taken.load();
        item = 1;
        written.store(1);
        taken.load();
        item = 2;
        written.store(2);
    });
    for (int i = 0; i < 2; ++i) {
        while (taken.load() == written.load()) {}
        taken.store(taken.load() + 1);
    }
    producer.join();
}
