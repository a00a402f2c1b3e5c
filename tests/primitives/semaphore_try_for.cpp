// std::binary_semaphore: got in time, or not
// check: verified
// executions: 2
// run: clean
#include <chrono>
#include <semaphore>
#include <thread>
using namespace std::chrono_literals;
std::binary_semaphore s(0);
int got, not_got;
int main() {
    std::thread t([] {
        if (s.try_acquire_for(5ms)) got = 1;
        else not_got = 1;
    });
    s.release();
    t.join();
    return got + not_got == 1 ? 0 : 1;
}
