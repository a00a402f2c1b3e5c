// std::barrier: two rounds with a completion
// check: verified
// run: clean
#include <barrier>
#include <thread>
#include <vector>
int a[2], total;
int main() {
    std::barrier b(2, []() noexcept { total += a[0] + a[1]; });
    auto w = [&](int i) {
        for (int r = 0; r < 2; ++r) {
            a[i] = r + 1;
            b.arrive_and_wait();
        }
    };
    std::thread x(w, 0), y(w, 1);
    x.join();
    y.join();
    return total == 6 ? 0 : 1;
}
