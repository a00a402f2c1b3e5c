// data-race: set_value makes the value ready before the thread's own objects are gone
// check: data-race|memory
// check -- -DTASK: data-race|memory
// check -- -DTASK -DMENDED: verified
#include <future>
#include <thread>

struct Statistics {
    int threads = 0;
};

struct Reporter {
    Statistics* statistics = nullptr;
    ~Reporter() {
        if (statistics) ++statistics->threads;
    }
};

thread_local Reporter reporter;

int main() {
    auto* statistics = new Statistics;
#ifdef TASK
    std::packaged_task<int()> task([] { return 3; });
    auto result = task.get_future();
    std::thread thread([&task, statistics] {
        reporter.statistics = statistics;
#ifdef MENDED
        task.make_ready_at_thread_exit();
#else
        task();
#endif
    });
#else
    std::promise<int> promise;
    auto result = promise.get_future();
    std::thread thread([&promise, statistics] {
        reporter.statistics = statistics;
#ifdef MENDED
        promise.set_value_at_thread_exit(3);
#else
        promise.set_value(3);
#endif
    });
#endif
    const int got = result.get();
    delete statistics;
    thread.join();
    return got == 3 ? 0 : 1;
}
