// expect: clean
// The first attempt fails; the second, in another thread, is ordered after it.
#include <pthread.h>
static int attempts;
struct Made {
    Made() { if (++attempts == 1) throw 1; }
};
static void* work(void* unused) {
    try {
        static Made one;
    } catch (int) {
    }
    return unused;
}
int main() {
    pthread_t a, b;
    pthread_create(&a, nullptr, work, nullptr);
    pthread_create(&b, nullptr, work, nullptr);
    pthread_join(a, nullptr);
    pthread_join(b, nullptr);
    return attempts != 2;
}
