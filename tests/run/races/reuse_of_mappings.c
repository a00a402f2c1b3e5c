// expect: clean
#include <pthread.h>
#include <sys/mman.h>
static void* work(void* unused) {
    for (int i = 0; i < 30; i++) {
        volatile char* p = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        p[0] = 1, p[4096] = 2;
        munmap((void*)p, 8192);
    }
    return unused;
}
int main(void) {
    pthread_t t[3];
    for (int i = 0; i < 3; i++) pthread_create(&t[i], 0, work, 0);
    for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
    return 0;
}
