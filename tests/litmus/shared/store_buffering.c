// Store buffering on plain variables. With --plain-accesses shared both threads may read 0 under tso and rc11.
#include <assert.h>
#include <pthread.h>

int x, y, a, b;

static void *left(void *unused) {
    x = 1;
    a = y;
    return unused;
}

static void *right(void *unused) {
    y = 1;
    b = x;
    return unused;
}

int main(void) {
    pthread_t t, s;
    pthread_create(&t, 0, left, 0);
    pthread_create(&s, 0, right, 0);
    pthread_join(t, 0);
    pthread_join(s, 0);
#ifdef CLAIM
    assert(a || b);
#endif
    return 0;
}
