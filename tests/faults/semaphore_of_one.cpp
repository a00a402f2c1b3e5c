// verified: three threads through a semaphore of one, as through a mutex: 3! executions
// check: verified
// executions: 6
#include <semaphore>
#include <thread>
#include <vector>

int main() {
    std::binary_semaphore turn(1);
    int shared = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] {
            turn.acquire();
            ++shared;
            turn.release();
        });
    for (auto& t : threads) t.join();
    return shared != 3;
}
