// expect: clean
#include <barrier>
#include <latch>
#include <semaphore>
#include <thread>
static int a, b, c;
int main() {
    std::latch latch(2);
    std::barrier barrier(2);
    std::counting_semaphore<4> semaphore(0);
    std::thread t([&] {
        a = 1;
        latch.count_down();
        barrier.arrive_and_wait();
        c = b + 1;
        semaphore.release();
    });
    latch.arrive_and_wait();
    b = a + 1;
    barrier.arrive_and_wait();
    semaphore.acquire();
    const int seen = c;
    t.join();
    return seen != 3;
}
