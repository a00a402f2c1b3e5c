// expect: clean
#include <pthread.h>
static struct { char a, b; short c; unsigned d : 8, : 0, e : 8; } s;
static void* work(void* unused) { s.a = 3, s.d = 1; return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    s.b = 5, s.c = 6, s.e = 7;
    pthread_join(t, 0);
    return 0;
}
