// expect: race
#include <map>
#include <mutex>
#include <thread>

std::mutex mutex;
std::map<int, int> squares{{1, 1}, {2, 4}, {3, 9}};
long sum;

int main() {
    std::thread one([] {
        const std::lock_guard guard(mutex);
        for (int i = 4; i < 20; ++i) squares[i] = i * i;
    });
    std::thread two([] {
        for (const auto& [key, square] : squares) sum += square;
    });
    one.join();
    two.join();
}
