// std::recursive_mutex: unlocked once more than locked
// check: misuse ~ does not hold it
// run: misuse
#include <mutex>
#include <thread>
std::recursive_mutex m;
int main() {
    std::thread t([] {
        m.lock();
        m.unlock();
        m.unlock();
    });
    t.join();
}
