// std::atomic::wait: nobody notifies
// check: deadlock
#include <atomic>
#include <thread>
std::atomic<bool> ready;
int data;
int main() {
    std::thread t([] { ready.wait(false); });
    data = 1;
    ready = true;
    t.join();
}
