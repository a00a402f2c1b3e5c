// std::shared_future: two wait for one value
// check: verified
// run: clean
#include <future>
#include <thread>
int main() {
    std::promise<int> p;
    std::shared_future<int> f = p.get_future().share();
    int r[2];
    std::thread a([f, &r] { r[0] = f.get(); }), b([f, &r] { r[1] = f.get(); });
    p.set_value(3);
    a.join();
    b.join();
    return r[0] + r[1] - 6;
}
