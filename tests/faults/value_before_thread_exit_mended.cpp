// verified: set_value_at_thread_exit becomes ready when the thread's own objects are gone
// check: verified
// run: clean
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
    std::promise<int> promise;
    auto result = promise.get_future();
    std::thread thread([&promise, statistics] {
        reporter.statistics = statistics;
        promise.set_value_at_thread_exit(3);
    });
    const int got = result.get();
    delete statistics;
    thread.join();
    return got == 3 ? 0 : 1;
}
