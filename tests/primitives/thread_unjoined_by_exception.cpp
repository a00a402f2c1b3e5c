// std::thread: an exception goes past the join
// check: exception|crash|misuse
#include <stdexcept>
#include <thread>
void f() {
    std::thread t([] {});
    throw std::runtime_error("x");
    t.join();
}
int main() {
    try {
        f();
    } catch (...) {
    }
}
