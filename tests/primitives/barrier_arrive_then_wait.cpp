// std::barrier: arrive, then wait, three threads
// check: verified
// executions: 1
#include <barrier>
#include <thread>
#include <vector>
int main() {
    std::barrier<> b{3};
    std::vector<std::jthread> t;
    int x[3] = {};
    for (int i = 0; i < 3; ++i)
        t.emplace_back([&, i] {
            x[i] = i;
            auto tok = b.arrive();
            b.wait(std::move(tok));
        });
}
