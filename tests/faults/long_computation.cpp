// verified: threads that compute for longer than the watchdog is impatient; -DFOR_EVER: inconclusive, nobody knows whether it ends
// check: verified
// check -- -DFOR_EVER: inconclusive ~ without a visible operation
// within: 120
#include <mutex>
#include <thread>

static unsigned long total;
static std::mutex m;

static unsigned long work(unsigned long rounds) {
    unsigned long x = 88172645463325252ul;
    for (unsigned long i = 0; i < rounds; ++i) x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    return x;
}

int main() {
#ifdef FOR_EVER
    const unsigned long rounds = ~0ul;
#else
    const unsigned long rounds = 250'000'000;
#endif
    std::thread t([=] {
        const unsigned long result = work(rounds);
        std::lock_guard lock(m);
        total += result;
    });
    {
        std::lock_guard lock(m);
        ++total;
    }
    t.join();
}
