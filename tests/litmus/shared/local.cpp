// A local that threads share: not reached by --plain-accesses shared, and said so.
#include <thread>

int main() {
    int counter = 0;
    std::thread a([&] { counter++; }), b([&] { counter++; });
    a.join();
    b.join();
}
