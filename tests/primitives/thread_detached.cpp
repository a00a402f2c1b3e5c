// std::thread: main waits for a flag of a detached thread
// check: verified
#include <atomic>
#include <cstdio>
#include <thread>
std::atomic<int> n;
int main() {
    std::thread([] { n++; }).detach();
    while (!n) std::this_thread::yield();
    std::puts("ok");
}
