// std::shared_timed_mutex: a table that is read with a time limit
// check: verified
// run: clean
#include <chrono>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
using namespace std::chrono_literals;
std::shared_timed_mutex m;
std::map<std::string, int> table;
int find(const std::string& k) {
    std::shared_lock l(m, 5ms);
    if (!l) return -1;
    auto i = table.find(k);
    return i == table.end() ? 0 : i->second;
}
int main() {
    std::thread w([] {
        std::unique_lock l(m);
        table["a"] = 1;
    });
    std::thread r([] {
        int x = find("a");
        (void)x;
    });
    int y = find("a");
    w.join();
    r.join();
    return y <= 1 ? 0 : 1;
}
