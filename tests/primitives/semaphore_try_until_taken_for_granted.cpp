// std::binary_semaphore: the program takes for granted that it comes in time
// check: assertion
#include <cassert>
#include <chrono>
#include <semaphore>
#include <thread>
using namespace std::chrono_literals;
std::binary_semaphore s(0);
int got;
int main() {
    std::thread t([] {
        if (s.try_acquire_until(std::chrono::steady_clock::now() + 5ms)) got = 1;
    });
    s.release();
    t.join();
    assert(got);
}
