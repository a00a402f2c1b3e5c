// std::mutex: its memory is freed while it is locked
// check: misuse ~ is freed while T0 holds it
#include <memory>
#include <mutex>
#include <thread>
int main() {
    auto m = std::make_unique<std::mutex>();
    m->lock();
    m.reset();
}
