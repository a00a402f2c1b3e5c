// inconclusive: each round of the waiting loop is another one; the message says which loop and what changes
// check --unroll 20: inconclusive ~ counts_while_it_waits.cpp:1 ~ `rounds`
#include <atomic>
#include <thread>

std::atomic<int> flag{0};
std::atomic<unsigned> rounds{0};

int main() {
    std::thread thread([] { flag.store(1); });
    while (!flag.load())
        rounds.fetch_add(1, std::memory_order_relaxed);
    thread.join();
}
