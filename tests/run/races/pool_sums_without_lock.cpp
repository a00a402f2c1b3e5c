// expect: race
// The tasks add to one sum: the pool's lock guards the queue only.
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

std::mutex mutex;
std::condition_variable ready;
std::deque<std::packaged_task<void()>> tasks;
bool closed;
long sum;

void work() {
    for (;;) {
        std::unique_lock lock(mutex);
        ready.wait(lock, [] { return closed || !tasks.empty(); });
        if (tasks.empty()) return;
        auto task = std::move(tasks.front());
        tasks.pop_front();
        lock.unlock();
        task();
        std::this_thread::sleep_for(std::chrono::milliseconds(5)); // so that both workers have some
    }
}

int main() {
    std::thread one(work), two(work);
    std::vector<std::future<void>> done;
    for (int i = 0; i < 8; ++i) {
        std::packaged_task<void()> task([i] { sum += i; });
        done.push_back(task.get_future());
        const std::lock_guard guard(mutex);
        tasks.push_back(std::move(task));
        ready.notify_one();
    }
    for (auto& one_done : done) one_done.get();
    {
        const std::lock_guard guard(mutex);
        closed = true;
    }
    ready.notify_all();
    one.join();
    two.join();
}
