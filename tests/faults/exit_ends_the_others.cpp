// verified: the process is over when one thread calls exit(0); that the others wait then is no deadlock
// check: verified
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable& nobody_signals = *new std::condition_variable; // or exit would destroy it: exit_while_main_waits.cpp

int main() {
    std::thread watchdog([] { std::exit(0); });
    std::unique_lock lock(mutex);
    nobody_signals.wait(lock, [] { return false; });
    watchdog.join();
}
