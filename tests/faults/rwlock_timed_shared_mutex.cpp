// verified: std::shared_timed_mutex: who gives up after a time has seen that much time pass
// check: verified
// check --model sc: verified
#include <cassert>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_timed_mutex m;
int value;

int main() {
    using namespace std::chrono_literals;
    std::thread writer([] {
        std::unique_lock lock(m);
        ++value;
    });
    std::thread reader([] {
        const auto before = std::chrono::steady_clock::now();
        if (std::shared_lock lock(m, 10ms); lock) assert(value <= 2);
        else assert(std::chrono::steady_clock::now() - before >= 10ms);
    });
    if (m.try_lock_for(5ms)) {
        ++value;
        m.unlock();
    }
    writer.join(), reader.join();
}
