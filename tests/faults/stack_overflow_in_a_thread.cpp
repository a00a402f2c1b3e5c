// crash: endless recursion overflows the 8 MiB of a thread's stack
// check: crash ~ stack overflow (the stack has 8 MiB)
#include <thread>

int depth;

__attribute__((noinline)) int descend(int n) {
    volatile char frame[4000];
    frame[0] = static_cast<char>(n);
    ++depth;
    return depth < 0 ? 0 : descend(n + 1) + frame[0];
}

int main() {
    std::thread thread([] { descend(0); });
    thread.join();
}
