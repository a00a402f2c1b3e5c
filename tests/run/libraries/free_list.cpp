// The free list of moodycamel::ConcurrentQueue 1.0.3 by itself, explored: one thread takes a node while another adds a new one.
//
// A data race on the new node's reference count: the one who takes reads the node's address by the failed exchange of the
// list's head, which is relaxed, and then looks at the count that the other has just constructed.
#include <atomic>
#include <cstdint>
#include <thread>
#define private public // the list is a member of the queue, and nobody else's business
#include <concurrentqueue/concurrentqueue.h>

struct Node {
    std::atomic<std::uint32_t> freeListRefs{0};
    std::atomic<Node*> freeListNext{nullptr};
};

int main() {
    moodycamel::ConcurrentQueue<int>::FreeList<Node> list;
    Node first, second;
    list.add(&first);
    std::thread adds([&] {
        new (&second) Node;
        list.add(&second);
    });
    list.try_get();
    adds.join();
}
