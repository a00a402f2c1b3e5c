// verified: a program that measures how long its threads took
// check: verified
// check --model tso: verified
// executions: 1
#include <chrono>
#include <thread>

int main() {
    const auto begin = std::chrono::steady_clock::now();
    std::thread thread([] {});
    thread.join();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    return took.count() < 0;
}
