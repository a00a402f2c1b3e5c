// expect: clean
// Nodes go from one thread's container to the other's; locals of main among them.
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>

int main() {
    std::mutex mutex;
    std::map<int, std::string> names;
    std::set<int> keys;
    std::list<int> order;
    std::unordered_map<int, int> counts;
    const auto work = [&](int begin) {
        std::list<int> mine;
        std::map<int, int> own;
        for (int i = begin; i < begin + 40; ++i) {
            own[i * 7 % 40] = i;
            const std::lock_guard guard(mutex);
            names[i % 50] += "x";
            keys.insert(i * 13 % 97);
            order.push_front(i);
            ++counts[i % 5];
            if (i % 3 == 0) keys.erase(keys.begin()), order.pop_back(), names.erase(names.begin());
            if (i % 10 == 0) mine.splice(mine.end(), order), order.push_back(i);
            for (auto key = keys.rbegin(); key != keys.rend() && *key > 90; ++key) counts[*key] = 1;
        }
        const std::lock_guard guard(mutex);
        order.splice(order.begin(), mine);
        order.reverse();
    };
    std::thread one(work, 0), two(work, 20);
    one.join();
    two.join();
    return order.empty() || keys.empty();
}
