// std::atomic<std::shared_ptr>: a configuration is replaced
// check: verified
#include <atomic>
#include <memory>
#include <thread>
struct C {
    int v;
};
std::atomic<std::shared_ptr<C>> cur{std::make_shared<C>(C{1})};
int main() {
    std::thread t([] { cur.store(std::make_shared<C>(C{2})); });
    int v = cur.load()->v;
    t.join();
    return v == 1 || v == 2 ? 0 : 1;
}
