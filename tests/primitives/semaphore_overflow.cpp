// std::binary_semaphore: released when it is full
// check: misuse ~ more often than its largest value
// run: misuse
#include <semaphore>
#include <thread>
std::binary_semaphore s(1);
int main() {
    std::thread t([] { s.release(); });
    t.join();
    s.acquire();
}
