// std::promise: an exception for another thread
// check: verified
// run: clean
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
int main() {
    std::promise<int> p;
    auto f = p.get_future();
    std::thread t([&] {
        try {
            throw std::runtime_error("no");
        } catch (...) {
            p.set_exception(std::current_exception());
        }
    });
    int r = 1;
    try {
        f.get();
    } catch (const std::runtime_error& e) {
        r = std::string(e.what()) == "no" ? 0 : 2;
    }
    t.join();
    return r;
}
