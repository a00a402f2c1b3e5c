// expect: race
#include <pthread.h>
static int begin() { return 41; }
static int& number() {
    static int one = begin();
    return one;
}
static void* work(void* unused) { ++number(); return unused; }
int main() {
    pthread_t t;
    pthread_create(&t, nullptr, work, nullptr);
    ++number();
    pthread_join(t, nullptr);
}
