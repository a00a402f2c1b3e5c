// std::mutex: unlocked by another thread
// check: misuse ~ does not hold it
// run: misuse
#include <mutex>
#include <thread>
std::mutex m;
int main() {
    m.lock();
    std::thread t([] { m.unlock(); });
    t.join();
}
