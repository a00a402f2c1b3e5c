// data-race: a loop that waits for a plain flag and counts its rounds is never in the same state twice; told while the watchdog is impatient
// check: data-race ~ stop
// check -- -DSLEEPS: data-race ~ stop
// check -- -O2: data-race ~ stop
// within: 30
#include <thread>
#include <unistd.h>

bool stop;

int main() {
    unsigned rounds = 0;
    std::thread t([&] {
        while (!stop) {
            ++rounds;
#ifdef SLEEPS
            usleep(10);
#endif
        }
    });
    stop = true;
    t.join();
    return rounds == 0xffffffff;
}
