// std::promise: a value for another thread
// check: verified
// executions: 1
// run: clean
#include <future>
#include <thread>
int main() {
    std::promise<int> p;
    auto f = p.get_future();
    std::thread t([&] { p.set_value(42); });
    int v = f.get();
    t.join();
    return v - 42;
}
