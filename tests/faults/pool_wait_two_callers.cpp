// deadlock: two threads wait for the pool, the worker wakes only one (the report must blame done_, not ready_)
// check: deadlock ~ `pool.done_` ~ nobody signals again
// not: lost signal
#include <condition_variable>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>

class Pool {
public:
    Pool() : worker_([this] { work(); }) {}
    ~Pool() {
        {
            std::lock_guard guard(mutex_);
            stop_ = true;
        }
        ready_.notify_all();
        worker_.join();
    }
    void push(std::function<void()> job) {
        {
            std::lock_guard guard(mutex_);
            jobs_.push(std::move(job));
            ++open_;
        }
        ready_.notify_one();
    }
    void wait_all() {
        std::unique_lock lock(mutex_);
        waiting_ = true;
        done_.wait(lock, [this] { return open_ == 0; });
        waiting_ = false;
    }

private:
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            ready_.wait(lock, [this] { return stop_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            auto job = std::move(jobs_.front());
            jobs_.pop();
            lock.unlock();
            job();
            lock.lock();
            --open_;
            if (waiting_) done_.notify_one();
        }
    }
    std::mutex mutex_;
    std::condition_variable ready_, done_;
    std::queue<std::function<void()>> jobs_;
    int open_ = 0;
    bool waiting_ = false, stop_ = false;
    std::thread worker_;
};

int main() {
    int result = 0;
    Pool pool;
    pool.push([&] { result = 1; });
    std::thread other([&] { pool.wait_all(); });
    pool.wait_all();
    other.join();
    return result == 1 ? 0 : 1;
}
