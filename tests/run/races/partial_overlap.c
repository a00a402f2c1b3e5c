// expect: race
// Four bytes and the third of them.
#include <pthread.h>
union { unsigned all; unsigned char byte[4]; } u;
static void* work(void* unused) { u.byte[2] = 3; return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    u.all = 5;
    pthread_join(t, 0);
    return 0;
}
