// std::stop_callback: is called once
// check: verified
#include <atomic>
#include <stop_token>
#include <thread>
std::atomic<int> called;
int main() {
    std::jthread w([](std::stop_token st) {
        std::stop_callback cb(st, [] { ++called; });
        while (!st.stop_requested()) {
        }
    });
    w.request_stop();
    w.join();
    return called == 1 ? 0 : 1;
}
