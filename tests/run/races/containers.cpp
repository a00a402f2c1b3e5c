// expect: race
#include <thread>
#include <vector>
static std::vector<int> numbers;
int main() {
    numbers.reserve(8); // two that grow at once would really break it
    std::thread t([] { numbers.push_back(1); });
    const bool known = numbers.size() <= 1;
    t.join();
    return !known;
}
