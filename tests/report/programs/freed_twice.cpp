#include <thread>

struct Node {
    int value = 1;
    Node* next = nullptr;
};

void drop(Node* node) {
    delete node->next;
    delete node;
}

int main() {
    Node* shared = new Node;
    Node* head = new Node{2, shared};
    std::thread cleaner([&] { drop(head); });
    cleaner.join();
    delete shared;
}
