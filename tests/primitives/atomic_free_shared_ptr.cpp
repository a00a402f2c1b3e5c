// std::atomic_load of a shared_ptr: a configuration is replaced
// check: verified
#include <memory>
#include <thread>
struct C {
    int v;
};
std::shared_ptr<C> cur = std::make_shared<C>(C{1});
int main() {
    std::thread t([] { std::atomic_store(&cur, std::make_shared<C>(C{2})); });
    int v = std::atomic_load(&cur)->v;
    t.join();
    return v == 1 || v == 2 ? 0 : 1;
}
