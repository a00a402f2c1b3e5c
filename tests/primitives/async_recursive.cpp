// std::async: divide and conquer
// check: verified
#include <future>
#include <numeric>
#include <thread>
#include <vector>
long psum(const std::vector<int>& v, size_t a, size_t b) {
    if (b - a < 3) return std::accumulate(v.begin() + a, v.begin() + b, 0L);
    size_t m = (a + b) / 2;
    auto f = std::async(std::launch::async, psum, std::cref(v), a, m);
    long r = psum(v, m, b);
    return r + f.get();
}
int main() {
    std::vector<int> v(6, 2);
    return psum(v, 0, v.size()) - 12;
}
