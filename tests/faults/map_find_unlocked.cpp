// data-race: std::map looked up without the mutex that insertion holds (the tree is written inside libstdc++.so)
// check: data-race ~ tables.find(key) ~ tables.emplace(key, key)
#include <map>
#include <mutex>
#include <thread>

std::mutex mutex;
std::map<int, int> tables;
bool there = false;

void create(int key) {
    std::lock_guard guard(mutex);
    tables.emplace(key, key);
}

bool exists(int key) { return tables.find(key) != tables.end(); }

int main() {
    std::thread looker([] { there = exists(1); });
    std::thread creator([] { create(1); });
    looker.join();
    creator.join();
    return there || exists(1) ? 0 : 1;
}
