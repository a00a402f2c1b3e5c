// verified: a completion function runs once a phase, in the thread that comes last: 3! executions
// check: verified
// executions: 6
#include <barrier>
#include <cassert>
#include <thread>
#include <vector>

int main() {
    int completed = 0;
    auto complete = [&]() noexcept { ++completed; };
    std::barrier all(3, complete);
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] {
            all.arrive_and_wait();
            assert(completed == 1);
        });
    for (auto& t : threads) t.join();
}
