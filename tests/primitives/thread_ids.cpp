// std::thread: ids, gettid, hardware_concurrency
// check: verified
// run: clean
#include <iostream>
#include <sched.h>
#include <sstream>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
int main() {
    unsigned n = std::thread::hardware_concurrency();
    std::ostringstream s;
    s << std::this_thread::get_id();
    std::thread t([] {
        std::this_thread::yield();
        (void)getpid();
        (void)syscall(SYS_gettid);
        (void)gettid();
        (void)sched_getcpu();
        sched_yield();
        (void)sysconf(_SC_NPROCESSORS_ONLN);
    });
    t.join();
    return n == 0;
}
