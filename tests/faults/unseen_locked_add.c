// unsupported: inline assembly adds to a variable, and no hook announces it; verified or a race would both be guesses
// check: unsupported ~ inline assembly uses an atomic instruction ~ unseen_locked_add.c:9
// not: data-race
#include <pthread.h>

static int n;

static void* add(void* unused) {
    __asm__ volatile("lock addl $1, %0" : "+m"(n)); return unused;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, add, 0);
    pthread_create(&b, 0, add, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return n == 2 ? 0 : 1;
}
