// std::latch: one too few come
// check: deadlock
#include <latch>
#include <thread>
std::latch l(3);
int main() {
    std::jthread a([] { l.count_down(); }), b([] { l.arrive_and_wait(); });
}
