// std::shared_ptr: replaced without any lock
// check: data-race
#include <memory>
#include <thread>
struct C {
    int v;
};
std::shared_ptr<C> cur = std::make_shared<C>(C{1});
int main() {
    std::thread t([] { cur = std::make_shared<C>(C{2}); });
    int v = cur->v;
    t.join();
    return v == 1 || v == 2 ? 0 : 1;
}
