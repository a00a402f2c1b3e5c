// Blocks handed from thread to thread through bounded queues with condition variables: make, map, sum.
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

constexpr int batches = 300'000, numbers_in_batch = 32;
constexpr std::size_t capacity = 64;

using Batch = std::vector<int>;

class Queue {
public:
    void put(Batch batch) {
        std::unique_lock lock(mutex_);
        not_full_.wait(lock, [&] { return batches_.size() < capacity; });
        batches_.push_back(std::move(batch));
        not_empty_.notify_one();
    }
    /// Nothing: closed, and all has been taken.
    std::optional<Batch> take() {
        std::unique_lock lock(mutex_);
        not_empty_.wait(lock, [&] { return !batches_.empty() || closed_; });
        if (batches_.empty()) return std::nullopt;
        Batch batch = std::move(batches_.front());
        batches_.pop_front();
        not_full_.notify_one();
        return batch;
    }
    void close() {
        const std::lock_guard guard(mutex_);
        closed_ = true;
        not_empty_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable not_empty_, not_full_;
    std::deque<Batch> batches_;
    bool closed_ = false;
};

int main() {
    Queue made, mapped;
    std::thread maker([&] {
        for (int i = 0; i < batches; ++i) made.put(Batch(numbers_in_batch, i));
        made.close();
    });
    std::thread mapper([&] {
        while (std::optional<Batch> batch = made.take()) {
            for (int& x : *batch) x = x * 3 + 1;
            mapped.put(std::move(*batch));
        }
        mapped.close();
    });
    long sum = 0;
    std::thread summer([&] {
        while (const std::optional<Batch> batch = mapped.take())
            for (const int x : *batch) sum += x;
    });
    maker.join();
    mapper.join();
    summer.join();
    std::printf("%ld\n", sum);
}
