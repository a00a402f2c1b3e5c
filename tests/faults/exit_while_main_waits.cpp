// misuse: exit in a thread destroys the condition variable on which main waits (glibc's destructor then waits for ever)
// check: misuse ~ while T0 waits on it ~ exit_while_main_waits.cpp:9
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable nobody_signals;

int main() {
    std::thread watchdog([] { std::exit(0); });
    std::unique_lock lock(mutex);
    nobody_signals.wait(lock, [] { return false; });
    watchdog.join();
}
