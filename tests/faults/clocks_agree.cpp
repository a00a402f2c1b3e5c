// verified: no clock goes backwards along happens-before, and sleeping takes its time
// check: verified
// executions: 1
#include <cassert>
#include <chrono>
#include <ctime>
#include <sys/time.h>
#include <thread>

using namespace std::chrono;
using namespace std::chrono_literals;

int main() {
    const auto begin = steady_clock::now();
    const auto on_the_wall = system_clock::now();
    const std::clock_t ticks = std::clock();
    std::thread sleeper([] { std::this_thread::sleep_for(100ms); });
    sleeper.join();
    assert(steady_clock::now() - begin >= 100ms);
    assert(system_clock::now() - on_the_wall >= 100ms);
    timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    timeval value;
    gettimeofday(&value, nullptr);
    assert(value.tv_sec >= time.tv_sec && std::time(nullptr) >= value.tv_sec && std::clock() >= ticks);
    std::this_thread::sleep_until(begin + 5s);
    assert(steady_clock::now() >= begin + 5s);
}
