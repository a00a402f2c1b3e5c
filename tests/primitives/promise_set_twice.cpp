// std::promise: set twice
// check: exception ~ already satisfied
#include <future>
#include <thread>
int main() {
    std::promise<int> p;
    auto f = p.get_future();
    std::thread a([&] { p.set_value(1); }), b([&] { p.set_value(2); });
    a.join();
    b.join();
    return f.get() > 2;
}
