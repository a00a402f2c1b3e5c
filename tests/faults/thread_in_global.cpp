// verified: a thread started by a static constructor; what it uses is constructed before it and destroyed after it
// check: verified
// run: clean
#include <atomic>
#include <thread>

std::atomic<int> ticks{0};

struct Service {
    std::thread thread{[] { ++ticks; }};
    ~Service() { thread.join(); }
};

Service service;

int main() {}
