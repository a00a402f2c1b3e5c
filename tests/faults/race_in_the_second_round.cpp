// data-race in few steps: it takes two rounds of a loop of a thousand
// check: data-race ~ value
// not: in 100
#include <atomic>
#include <thread>

std::atomic<int> turns{0};
int value;

int main() {
    std::thread thread([] {
        for (int i = 0; i < 900; ++i)
            if (turns.fetch_add(1, std::memory_order_relaxed) == 2) value = i;
    });
    for (int i = 0; i < 900; ++i)
        if (turns.fetch_add(1, std::memory_order_relaxed) == 3) value = i;
    thread.join();
}
