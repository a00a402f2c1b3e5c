// expect: clean
#include <memory>
#include <thread>
struct Node {
    int data = 1;
    ~Node() { data = 0; }
};
int main() {
    for (int i = 0; i < 20; ++i) {
        auto node = std::make_shared<Node>();
        std::weak_ptr<Node> weak = node;
        std::thread a([node] { (void)*static_cast<volatile int*>(&node->data); });
        std::thread b([weak] { if (auto held = weak.lock()) (void)*static_cast<volatile int*>(&held->data); });
        node.reset();
        a.join();
        b.join();
    }
}
