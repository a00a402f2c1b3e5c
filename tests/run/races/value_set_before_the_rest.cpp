// expect: race
// set_value makes ready at once: what the thread's own object does when it goes comes later.
#include <chrono>
#include <future>
#include <thread>

int left;

struct Leaves {
    int worth = 0;
    ~Leaves() { left = worth; }
};

int main() {
    std::promise<void> promise;
    auto done = promise.get_future();
    std::thread thread([&promise] {
        thread_local Leaves leaves;
        leaves.worth = 7;
        promise.set_value();
    });
    done.get();
    const int seen = left;
    thread.join();
    return seen == 1;
}
