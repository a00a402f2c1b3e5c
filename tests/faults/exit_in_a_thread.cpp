// verified: exit in a thread destroys globals and that thread's own objects once; main waits, and is not waited for
// check: verified
#include <atomic>
#include <cassert>
#include <cstdlib>
#include <thread>

std::atomic<int> destroyed{0};

struct Global {
    ~Global() { assert(++destroyed == 2); }
} global;

struct Own {
    ~Own() { assert(++destroyed == 1); }
};

int main() {
    std::thread watchdog([] {
        thread_local Own own;
        (void)&own;
        std::exit(0);
    });
    watchdog.join();
}
