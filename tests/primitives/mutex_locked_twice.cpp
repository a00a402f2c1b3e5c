// std::mutex: locked again by its holder, two calls deep
// check: deadlock ~ which it holds itself
#include <mutex>
#include <thread>
std::mutex m;
int n;
void inner() {
    std::lock_guard g(m);
    ++n;
}
void outer() {
    std::lock_guard g(m);
    inner();
}
int main() {
    std::thread t(outer);
    t.join();
}
