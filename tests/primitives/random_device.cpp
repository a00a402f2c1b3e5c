// std::random_device: seeds generators
// check: verified
// run: clean
#include <atomic>
#include <random>
#include <thread>
std::atomic<int> n;
int main() {
    std::random_device rd;
    std::mt19937 g(rd());
    std::uniform_int_distribution<int> d(0, 9);
    int x = d(g);
    std::thread t([x] {
        std::mt19937 g(x);
        n = std::uniform_int_distribution<int>(0, 3)(g);
    });
    t.join();
    return n > 3;
}
