// expect: clean
// Threads that have ended long ago are joined by a static destructor.
#include <chrono>
#include <thread>
#include <vector>

struct Pool {
    std::vector<std::thread> threads;
    ~Pool() {
        for (std::thread& thread : threads) thread.join();
    }
} pool;

int main() {
    for (int i = 0; i < 3; ++i) pool.threads.emplace_back([] {});
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}
