// expect: race
#include <thread>
#include <vector>
static std::vector<int> numbers;
int main() {
    std::thread t([] { numbers.push_back(1); });
    numbers.push_back(2);
    t.join();
}
