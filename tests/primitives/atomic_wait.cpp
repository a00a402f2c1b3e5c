// std::atomic::wait: waits for a flag
// check: verified
// run: clean
#include <atomic>
#include <thread>
std::atomic<bool> ready;
int data;
int main() {
    std::thread t([] {
        ready.wait(false);
        if (data != 1) __builtin_abort();
    });
    data = 1;
    ready = true;
    ready.notify_one();
    t.join();
}
