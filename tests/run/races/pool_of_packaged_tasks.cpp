// expect: clean
// A pool that ends by a stop token, results through futures, an exception through one of them.
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

class Pool {
public:
    explicit Pool(unsigned workers) {
        for (unsigned i = 0; i < workers; ++i) workers_.emplace_back([this](std::stop_token stop) { work(stop); });
    }
    template <typename Work>
    auto submit(Work work) {
        std::packaged_task<decltype(work())()> task(std::move(work));
        auto result = task.get_future();
        {
            const std::lock_guard guard(mutex_);
            tasks_.emplace_back([task = std::make_shared<decltype(task)>(std::move(task))] { (*task)(); });
        }
        ready_.notify_one();
        return result;
    }

private:
    void work(std::stop_token stop) {
        for (;;) {
            std::function<void()> task;
            {
                std::unique_lock lock(mutex_);
                if (!ready_.wait(lock, stop, [this] { return !tasks_.empty(); })) return;
                task = std::move(tasks_.front());
                tasks_.pop_front();
            }
            task();
        }
    }
    std::mutex mutex_;
    std::condition_variable_any ready_;
    std::deque<std::function<void()>> tasks_;
    std::vector<std::jthread> workers_;
};

int main() {
    Pool pool(3);
    std::vector<std::future<int>> results;
    for (int i = 0; i < 10; ++i)
        results.push_back(pool.submit([i] { return i == 7 ? throw std::runtime_error("seven") : i * i; }));
    int sum = 0, failed = 0;
    for (auto& result : results) {
        try {
            sum += result.get();
        } catch (const std::runtime_error&) {
            ++failed;
        }
    }
    return sum == 285 - 49 && failed == 1 ? 0 : 1;
}
