// Either of two threads raises the flag, but only one of them has written what it stands for.
#include <atomic>
#include <thread>

int data;
std::atomic<bool> ready{false};

int main() {
    std::thread other([] { ready.store(true); });
    std::thread writer([] {
        data = 42;
        ready.store(true);
    });
    int seen = 0;
    std::thread reader([&] {
        while (!ready.load()) {
        }
        seen = data;
    });
    other.join();
    writer.join();
    reader.join();
    return seen == 43;
}
