// inconclusive under rc11: the next round of each may see what the other took and gave back, by relaxed loads; verified under sc
// check --model rc11: inconclusive ~ take it back
// check --model sc: verified
#include <atomic>
#include <thread>

std::atomic<int> left{0}, right{0};
std::atomic<bool> go{false};

void attempt(std::atomic<int>& mine, std::atomic<int>& other) {
    for (;;) {
        mine.fetch_add(1, std::memory_order_relaxed);
        const int seen = other.load(std::memory_order_relaxed);
        const bool may = go.load(std::memory_order_relaxed);
        mine.fetch_sub(1, std::memory_order_relaxed);
        if (may || seen > 1) return;
    }
}

int main() {
    std::thread one([] { attempt(left, right); }), two([] { attempt(right, left); });
    go.store(true);
    one.join();
    two.join();
}
