// std::promise: set by who waits for the one that waits for it
// check: deadlock ~ future
#include <future>
#include <thread>
int main() {
    std::promise<void> p;
    auto f = p.get_future();
    std::thread t([&] { f.wait(); });
    t.join();
    p.set_value();
}
