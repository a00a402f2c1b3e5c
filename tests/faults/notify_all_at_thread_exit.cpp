// verified: the mutex is given up, and those who wait are woken, when the thread's own objects are gone
// check: verified
// check -- -DTOO_EARLY: data-race|memory
#include <condition_variable>
#include <mutex>
#include <thread>

struct Statistics {
    int threads = 0;
};

std::mutex mutex;
std::condition_variable changed;
bool done = false;

struct Reporter {
    Statistics* statistics = nullptr;
    ~Reporter() {
        if (statistics) ++statistics->threads;
    }
};

thread_local Reporter reporter;

int main() {
    auto* statistics = new Statistics;
    std::thread thread([statistics] {
        reporter.statistics = statistics;
        std::unique_lock lock(mutex);
        done = true;
#ifdef TOO_EARLY
        lock.unlock();
        changed.notify_all();
#else
        std::notify_all_at_thread_exit(changed, std::move(lock));
#endif
    });
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [] { return done; });
    }
    delete statistics;
    thread.join();
}
