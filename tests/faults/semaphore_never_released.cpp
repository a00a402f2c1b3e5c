// deadlock: nobody releases the semaphore
// check: deadlock ~ waits for semaphore `go`, which stays 0
// check --model tso: deadlock
#include <semaphore>
#include <thread>

int main() {
    std::binary_semaphore go(0);
    std::thread waiter([&] { go.acquire(); });
    waiter.join();
}
