// verified: who is woken wakes the next one: 1 execution
// check: verified
// check --model tso: verified
// executions: 1
#include <atomic>
#include <thread>

int main() {
    std::atomic<int> ready{0};
    const auto wait = [&] {
        ready.wait(0);
        ready.notify_one();
    };
    std::thread first(wait), second(wait);
    ready.store(1);
    ready.notify_one();
    first.join();
    second.join();
}
