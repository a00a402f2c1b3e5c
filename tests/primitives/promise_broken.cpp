// std::promise: broken, and caught
// check: verified
// run: clean
#include <future>
#include <thread>
int main() {
    std::future<int> f;
    {
        std::promise<int> p;
        f = p.get_future();
    }
    try {
        f.get();
    } catch (const std::future_error& e) {
        return e.code() == std::future_errc::broken_promise ? 0 : 1;
    }
    return 2;
}
