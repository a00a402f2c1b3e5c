// inconclusive: a call that blocks in the operating system is ended, with the limit and without one
// check --time-limit 2s: inconclusive ~ the time limit was reached after 0 complete executions
// check: inconclusive ~ in a call into the operating system
// within: 14
#include <cstdio>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

// A terminal that nobody types at: reading it waits for ever.
int main() {
    std::thread t([] {
        const int terminal = ::open("/dev/ptmx", O_RDONLY | O_NOCTTY);
        char c;
        (void)!::read(terminal, &c, 1);
    });
    t.join();
}
