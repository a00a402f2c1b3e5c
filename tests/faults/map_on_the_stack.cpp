// verified: a std::map that is a local of main, guarded by a mutex; the tree's code lies in libstdc++.so (also set, list, unordered_map; qsort on a local)
// check: verified
// executions: 2
#include <map>
#include <mutex>
#include <thread>

int main() {
    std::mutex mutex;
    std::map<int, int> results;
    std::thread one([&] { std::lock_guard guard(mutex); results[1]++; });
    std::thread two([&] { std::lock_guard guard(mutex); results[2]++; });
    one.join();
    two.join();
}
