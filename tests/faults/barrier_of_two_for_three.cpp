// deadlock: three threads meet at a barrier for two; who is left depends on the order of arrival
// check: deadlock ~ waits at barrier `pair`
#include <barrier>
#include <thread>
#include <vector>

int main() {
    std::barrier pair(2);
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([&] { pair.arrive_and_wait(); });
    for (auto& t : threads) t.join();
}
