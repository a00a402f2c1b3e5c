// std::mutex: a local one is still locked when its function returns
// check: misuse ~ ends while it is locked
// check -- -O0: misuse
// check -- -O2: misuse
#include <mutex>
#include <thread>
void f() {
    std::mutex m;
    m.lock();
}
int main() {
    std::thread t(f);
    t.join();
}
