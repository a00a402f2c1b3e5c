// expect: race
// Every thread writes its neighbour's part in the phase in which that is read.
#include <barrier>
#include <thread>
#include <vector>

int main() {
    constexpr int size = 3;
    int parts[size] = {1, 2, 3};
    std::barrier<> phase(size);
    std::vector<std::jthread> threads;
    for (int i = 0; i < size; ++i)
        threads.emplace_back([&, i] {
            phase.arrive_and_wait();
            parts[i] += parts[(i + 1) % size];
            phase.arrive_and_wait();
        });
}
