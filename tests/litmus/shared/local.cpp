// A local that threads share, counted up twice.
#include <thread>

int main() {
    int counter = 0;
    std::thread a([&] { counter++; }), b([&] { counter++; });
    a.join();
    b.join();
}
