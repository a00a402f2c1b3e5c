// misuse: a latch for two is counted down three times
// check: misuse ~ counted down below zero
#include <latch>
#include <thread>

int main() {
    std::latch done(2);
    std::thread first([&] { done.count_down(); }), second([&] { done.count_down(); });
    done.count_down();
    first.join();
    second.join();
}
