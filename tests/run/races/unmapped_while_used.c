// expect: race
#include "meet.h"
#include <sys/mman.h>
static volatile char* p;
static void* work(void* unused) { p[100] = 1; meet(); return unused; }
int main(void) {
    pthread_t t;
    meet_of(2);
    p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_create(&t, 0, work, 0);
    meet();
    munmap((void*)p, 4096);
    pthread_join(t, 0);
    return 0;
}
