// std::jthread: asks for a stop request in a loop
// check: verified
#include <atomic>
#include <stop_token>
#include <thread>
std::atomic<int> ticks;
int main() {
    std::jthread w([](std::stop_token st) {
        while (!st.stop_requested()) std::this_thread::yield();
        ticks = 1;
    });
}
