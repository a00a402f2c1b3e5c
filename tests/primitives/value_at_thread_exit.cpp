// std::promise: set_value_at_thread_exit
// check: verified
// run: clean
#include <future>
#include <thread>
struct L {
    int v = 0;
    ~L() { v = 9; }
};
int main() {
    std::promise<int> p;
    auto f = p.get_future();
    std::thread t([&] {
        thread_local L l;
        l.v = 1;
        p.set_value_at_thread_exit(5);
    });
    int r = f.get();
    t.join();
    return r - 5;
}
