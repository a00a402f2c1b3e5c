// expect: clean
// Unwinding through frames, with locks given up on the way.
#include <mutex>
#include <pthread.h>
static std::mutex m;
static int counter;
static void thrower(int n) {
    std::lock_guard<std::mutex> guard(m);
    if (++counter % 3 == 0) throw n;
}
static void* work(void* unused) {
    for (int i = 0; i < 300; ++i) {
        try {
            thrower(i);
        } catch (int) {
        }
    }
    return unused;
}
int main() {
    pthread_t t;
    pthread_create(&t, nullptr, work, nullptr);
    work(nullptr);
    pthread_join(t, nullptr);
    return counter != 600;
}
