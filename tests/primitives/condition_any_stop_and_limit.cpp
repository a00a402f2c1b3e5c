// std::condition_variable_any: waits for a stop request, with a limit
// check: verified
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
std::mutex m;
std::condition_variable_any cv;
int v;
int main() {
    std::jthread r([](std::stop_token st) {
        std::unique_lock l(m);
        cv.wait_for(l, st, std::chrono::seconds(1), [] { return v == 1; });
    });
}
