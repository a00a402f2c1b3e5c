// expect: clean
#include <atomic>
#include <stop_token>
#include <thread>
static std::atomic<int> flag{0};
static int data;
int main() {
    std::jthread t([](std::stop_token) {
        data = 42;
        flag.store(1, std::memory_order_release);
        flag.notify_one();
    });
    flag.wait(0, std::memory_order_acquire);
    return data != 42;
}
