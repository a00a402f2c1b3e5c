// expect: clean
// A lock of the program's own, told by annotations; its code is not instrumented.
#include <pthread.h>
void AnnotateRWLockCreate(const char*, int, const volatile void*);
void AnnotateRWLockDestroy(const char*, int, const volatile void*);
void AnnotateRWLockAcquired(const char*, int, const volatile void*, long);
void AnnotateRWLockReleased(const char*, int, const volatile void*, long);
static int lock, value;
static void* work(void* unused) {
    for (int i = 0; i < 100; i++) {
        while (__atomic_exchange_n(&lock, 1, __ATOMIC_RELAXED)) {}
        AnnotateRWLockAcquired(__FILE__, __LINE__, &lock, 1);
        value++;
        AnnotateRWLockReleased(__FILE__, __LINE__, &lock, 1);
        __atomic_store_n(&lock, 0, __ATOMIC_RELAXED);
    }
    return unused;
}
int main(void) {
    pthread_t t;
    AnnotateRWLockCreate(__FILE__, __LINE__, &lock);
    pthread_create(&t, 0, work, 0);
    work(0);
    pthread_join(t, 0);
    AnnotateRWLockDestroy(__FILE__, __LINE__, &lock);
    return value != 200;
}
