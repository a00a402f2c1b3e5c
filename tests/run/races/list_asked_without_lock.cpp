// expect: race
#include <list>
#include <mutex>
#include <thread>

std::mutex mutex;
std::list<int> items;
bool was_empty;

int main() {
    std::thread one([] {
        const std::lock_guard guard(mutex);
        items.push_back(1);
    });
    std::thread two([] { was_empty = items.empty(); });
    one.join();
    two.join();
}
