// std::mutex: double-checked locking without an atomic
// check: data-race
#include <mutex>
#include <thread>
struct S {
    int v = 1;
};
S* inst;
std::mutex m;
S* get() {
    if (!inst) {
        std::lock_guard g(m);
        if (!inst) inst = new S;
    }
    return inst;
}
int main() {
    std::thread a([] { get(); });
    get();
    a.join();
}
