// std::counting_semaphore: three take from a semaphore of three, the counter is updated in each order: 3! = 6
// check: verified
// executions: 6
#include <semaphore>
#include <thread>
std::counting_semaphore<3> s(3);
int main() {
    std::thread t[3];
    for (auto& x : t) x = std::thread([] { s.acquire(); });
    for (auto& x : t) x.join();
}
