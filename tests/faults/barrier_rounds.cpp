// verified: three threads, six phases of a barrier, 1 execution (arrivals in one phase commute)
// check: verified
// check --model tso: verified
// executions: 1
#include <barrier>
#include <cassert>
#include <thread>
#include <vector>

int main() {
    std::barrier all(3);
    int values[3] = {};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&, i] {
            for (int round = 0; round < 3; ++round) {
                values[i] = round;
                all.arrive_and_wait();
                for (int v : values) assert(v == round);
                all.arrive_and_wait();
            }
        });
    for (auto& t : threads) t.join();
}
