// moodycamel::ConcurrentQueue between three producers and three consumers, with and without tokens.
//
// As Debian 12 has it (1.0.3) this is a data race: set_empty() counts the consumers that are done with a block by
// fetch_add(…, release). The last one gives the block back without having acquired what the others did, so a producer
// constructs its next item while nothing says that an earlier consumer's destructor is over. With acq_rel it is none.
//
// A second, rarer one: where the exchange of the free list's head fails, try_get() goes on with the block that it has read
// there, relaxed, and asks for its reference count, while nothing says that the block has been constructed. Acquiring on
// failure mends it. (free_list.cpp shows it to `heddle check`, which needs 2 executions.)
#include <concurrentqueue/concurrentqueue.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

int main() {
    constexpr int producers = 3, consumers = 3, each = 2000;
    moodycamel::ConcurrentQueue<std::string> queue;
    std::atomic<long> sum{0};
    std::atomic<int> left{producers * each};
    std::vector<std::thread> threads;
    for (int p = 0; p < producers; ++p)
        threads.emplace_back([&] {
            moodycamel::ProducerToken token(queue);
            for (int i = 0; i < each; ++i) {
                if (i % 3) queue.enqueue(token, std::to_string(i));
                else queue.enqueue(std::to_string(i));
            }
        });
    for (int c = 0; c < consumers; ++c)
        threads.emplace_back([&] {
            std::string item;
            while (left.load() > 0) {
                if (!queue.try_dequeue(item)) {
                    std::this_thread::yield();
                    continue;
                }
                sum += std::stol(item);
                --left;
            }
        });
    for (std::thread& thread : threads) thread.join();
    return sum.load() == long{producers} * each * (each - 1) / 2 ? 0 : 1;
}
