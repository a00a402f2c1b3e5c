// deadlock: a latch for three, counted down twice
// check: deadlock ~ waits at latch `done`, to which 2 of 3 have come ~ nobody is left to let it go on
// check --model sc: deadlock
#include <latch>
#include <thread>

int main() {
    std::latch done(3);
    std::thread first([&] { done.count_down(); }), second([&] { done.count_down(); });
    done.wait();
    first.join();
    second.join();
}
