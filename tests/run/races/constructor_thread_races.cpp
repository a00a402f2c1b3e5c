// expect: race
// A thread that a static constructor starts, and main.
#include <thread>

int shared;

struct Early {
    std::thread thread{[] { shared = 1; }};
    ~Early() { thread.join(); }
} early;

int main() { shared = 2; }
