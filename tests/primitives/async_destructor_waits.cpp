// std::async: the future's destructor waits
// check: verified
#include <atomic>
#include <future>
std::atomic<int> n;
int main() {
    {
        auto f = std::async(std::launch::async, [] { n = 1; });
    }
    return n - 1;
}
