// std::latch: three count down, main waits
// check: verified
// executions: 1
// run: clean
#include <latch>
#include <thread>
#include <vector>
std::latch l(3);
int v[3];
int main() {
    std::vector<std::jthread> ts;
    for (int i = 0; i < 3; ++i)
        ts.emplace_back([i] {
            v[i] = i;
            l.count_down();
        });
    l.wait();
    return v[0] + v[1] + v[2] == 3 ? 0 : 1;
}
