// std::recursive_mutex: locked again by its holder
// check: verified
// run: clean
// executions: 2
#include <mutex>
#include <thread>
#include <vector>
std::recursive_mutex m;
std::vector<int> v;
void add(int i) {
    std::lock_guard g(m);
    v.push_back(i);
}
void add2(int i) {
    std::lock_guard g(m);
    add(i);
    add(i + 1);
}
int main() {
    std::thread a(add2, 1), b(add2, 10);
    a.join();
    b.join();
    return v.size() == 4 && v[0] + 1 == v[1] ? 0 : 1;
}
