#include <cassert>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

class ThreadPool {
public:
    explicit ThreadPool(unsigned n) {
        for (unsigned i = 0; i < n; ++i)
            workers.emplace_back([this] { work(); });
    }

    template <class F>
    std::future<int> submit(F f) {
        auto task = std::make_shared<std::packaged_task<int()>>(std::move(f));
        auto result = task->get_future();
        {
            std::lock_guard lock(m);
            tasks.emplace([task] { (*task)(); });
        }
        cv.notify_one();
        return result;
    }

    ~ThreadPool() {
        stop = true;
        cv.notify_all();
        for (auto& worker : workers) worker.join();
    }

private:
    void work() {
        for (;;) {
            std::function<void()> task;
            {
                std::unique_lock lock(m);
                cv.wait(lock, [this] { return stop || !tasks.empty(); });
                if (stop && tasks.empty()) return;
                task = std::move(tasks.front());
                tasks.pop();
            }
            task();
        }
    }

    std::mutex m;
    std::condition_variable cv;
    std::queue<std::function<void()>> tasks;
    bool stop = false;
    std::vector<std::thread> workers;
};

int main() {
    ThreadPool pool(2);
    auto a = pool.submit([] { return 20; });
    auto b = pool.submit([] { return 22; });
    assert(a.get() + b.get() == 42);
}
