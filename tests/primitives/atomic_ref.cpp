// std::atomic_ref: a histogram
// check: verified
// run: clean
#include <atomic>
#include <thread>
#include <vector>
int main() {
    std::vector<int> h(2);
    auto w = [&] {
        for (int i = 0; i < 2; ++i) std::atomic_ref<int>(h[i]).fetch_add(1);
    };
    std::thread a(w), b(w);
    a.join();
    b.join();
    return h[0] + h[1] - 4;
}
