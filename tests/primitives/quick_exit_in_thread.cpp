// quick_exit: called by a thread
// check: verified
#include <atomic>
#include <cstdlib>
#include <thread>
std::atomic<int> x;
int main() {
    std::at_quick_exit([] { x = 1; });
    std::thread t([] { std::quick_exit(0); });
    t.join();
}
