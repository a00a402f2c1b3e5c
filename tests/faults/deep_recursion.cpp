// verified: 2 MiB of stack in a thread, of the 8 that a real one has
// check: verified
#include <thread>

int result;

__attribute__((noinline)) int descend(int n) {
    volatile char frame[64];
    frame[0] = static_cast<char>(n);
    return n ? descend(n - 1) + frame[0] : 0;
}

int main() {
    std::thread thread([] { result = descend(20000); });
    thread.join();
}
