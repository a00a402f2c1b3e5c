// std::promise: broken, and not caught
// check: exception ~ Broken promise
#include <future>
#include <thread>
int main() {
    std::promise<int> p;
    auto f = p.get_future();
    std::thread t([q = std::move(p)]() mutable {
        if (false) q.set_value(1);
    });
    t.join();
    return f.get();
}
