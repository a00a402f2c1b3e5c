// verified: any number of threads through a latch, 1 execution (n!/n! orders: arrivals commute)
// check: verified
// check --model tso: verified
// executions: 1
#include <cassert>
#include <latch>
#include <thread>
#include <vector>

constexpr int n = 6;
int values[n];

int main() {
    std::latch all(n);
    std::vector<std::thread> threads;
    for (int i = 0; i < n; ++i)
        threads.emplace_back([&, i] {
            values[i] = 1;
            all.arrive_and_wait();
            int sum = 0;
            for (int v : values) sum += v;
            assert(sum == n);
        });
    for (auto& t : threads) t.join();
}
