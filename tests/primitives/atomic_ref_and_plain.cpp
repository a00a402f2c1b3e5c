// std::atomic_ref: a plain access beside it
// check: data-race
#include <atomic>
#include <thread>
int x;
int main() {
    std::thread a([] {
        std::atomic_ref<int> r(x);
        r.fetch_add(1);
    });
    x++;
    a.join();
}
