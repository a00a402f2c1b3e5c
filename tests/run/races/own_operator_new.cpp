// expect: clean
// The program brings its own operators; they must be the ones that are used.
#include <cstdlib>
#include <new>
#include <pthread.h>
static int made;
void* operator new(std::size_t size) {
    __atomic_fetch_add(&made, 1, __ATOMIC_RELAXED);
    return std::malloc(size);
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
static void* work(void* unused) {
    for (int i = 0; i < 100; ++i) {
        int* volatile one = new int(1);
        delete one;
    }
    return unused;
}
int main() {
    pthread_t t;
    pthread_create(&t, nullptr, work, nullptr);
    work(nullptr);
    pthread_join(t, nullptr);
    return __atomic_load_n(&made, __ATOMIC_RELAXED) < 200;
}
