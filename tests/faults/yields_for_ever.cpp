// livelock: a thread that does nothing but yield
// check: livelock
// check -- -O0: livelock
#include <sched.h>
#include <thread>

int main() {
    std::thread thread([] { for (;;) sched_yield(); });
    thread.join();
}
