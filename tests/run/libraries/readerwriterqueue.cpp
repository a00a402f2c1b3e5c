// moodycamel::BlockingReaderWriterQueue: one producer, one consumer, ordered by relaxed accesses between fences.
#include <readerwriterqueue/readerwriterqueue.h>

#include <memory>
#include <thread>

int main() {
    moodycamel::BlockingReaderWriterQueue<std::unique_ptr<int>> queue(8);
    long sum = 0;
    std::thread reader([&] {
        std::unique_ptr<int> item;
        for (int i = 0; i < 5000; ++i) {
            queue.wait_dequeue(item);
            sum += *item;
        }
    });
    for (int i = 0; i < 5000; ++i) queue.enqueue(std::make_unique<int>(i));
    reader.join();
    return sum == 5000L * 4999 / 2 ? 0 : 1;
}
