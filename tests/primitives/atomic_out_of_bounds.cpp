// std::atomic: behind the end of an array of them
// check: memory ~ out of bounds
#include <atomic>
#include <thread>
int main() {
    auto* p = new std::atomic<int>[2];
    std::thread t([p] { p[2].store(1); });
    t.join();
    delete[] p;
}
