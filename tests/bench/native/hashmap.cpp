// Short critical sections and small blocks from the heap: a hash map of 16 shards, each with a mutex, used by four threads.
#include <array>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

constexpr int threads = 4, operations = 1'000'000;
constexpr std::uint64_t keys = 5000;

struct Shard {
    std::mutex mutex;
    std::unordered_map<std::uint64_t, std::uint64_t> counts;
};

class ShardedMap {
public:
    void count(std::uint64_t key) {
        Shard& shard = shard_of(key);
        const std::lock_guard guard(shard.mutex);
        ++shard.counts[key];
    }
    void erase(std::uint64_t key) {
        Shard& shard = shard_of(key);
        const std::lock_guard guard(shard.mutex);
        shard.counts.erase(key);
    }
    std::size_t size() {
        std::size_t all = 0;
        for (Shard& shard : shards_) {
            const std::lock_guard guard(shard.mutex);
            all += shard.counts.size();
        }
        return all;
    }

private:
    Shard& shard_of(std::uint64_t key) { return shards_[key % shards_.size()]; }
    std::array<Shard, 16> shards_;
};

int main() {
    ShardedMap map;
    std::vector<std::thread> workers;
    for (std::uint64_t seed = 1; seed <= threads; ++seed)
        workers.emplace_back([&map, random = seed]() mutable {
            for (int i = 0; i < operations; ++i) {
                random = random * 6364136223846793005u + 1442695040888963407u;
                const std::uint64_t key = (random >> 33) % keys;
                if (i % 4 == 0) map.erase(key);
                else map.count(key);
            }
        });
    for (std::thread& worker : workers) worker.join();
    std::printf("%s\n", map.size() > 0 ? "filled" : "empty");
}
