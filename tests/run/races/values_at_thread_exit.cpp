// expect: clean
// make_ready_at_thread_exit and set_exception_at_thread_exit, several at once, detached.
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

int seen[4];

struct Writes {
    int at = 0;
    ~Writes() { seen[at] = at + 1; }
};

int main() {
    std::vector<std::future<int>> results;
    for (int i = 0; i < 4; ++i) {
        std::promise<int> promise;
        results.push_back(promise.get_future());
        std::thread([i, promise = std::move(promise)]() mutable {
            thread_local Writes writes;
            writes.at = i;
            if (i == 3) promise.set_exception_at_thread_exit(std::make_exception_ptr(std::runtime_error("three")));
            else promise.set_value_at_thread_exit(i);
        }).detach();
    }
    int sum = 0;
    for (int i = 0; i < 4; ++i) {
        try {
            sum += results[static_cast<std::size_t>(i)].get();
        } catch (const std::runtime_error&) {
            sum += 10;
        }
        if (seen[i] != i + 1) return 1;
    }
    return sum == 13 ? 0 : 1;
}
