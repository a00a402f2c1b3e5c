// deadlock: the latch waits for three, and two come
// run --hang-after 1s: deadlock|livelock
// check: deadlock ~ to which 2 of 3 have come
#include <latch>
#include <thread>

int main() {
    std::latch ready(3);
    std::thread one([&] { ready.count_down(); }), two([&] { ready.count_down(); });
    ready.wait();
    one.join();
    two.join();
}
