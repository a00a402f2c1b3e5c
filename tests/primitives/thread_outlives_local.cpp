// std::thread: uses a local of a function that has returned
// check: memory|data-race
// compilers: gcc
#include <functional>
#include <thread>
std::thread start() {
    int local = 5;
    return std::thread([&local] { local++; });
}
int main() {
    auto t = start();
    t.join();
}
