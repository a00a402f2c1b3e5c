// expect: race
// Neighbouring bit-fields are one memory location.
#include <pthread.h>
struct { unsigned a : 4, b : 4; } s;
static void* work(void* unused) { s.a = 3; return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    s.b = 5;
    pthread_join(t, 0);
    return 0;
}
