// expect: race
#include <pthread.h>
#include <string.h>
char from[64], to[64];
static volatile size_t size = 64;
static void* work(void* unused) { memcpy(to, from, size); return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    from[63] = 1;
    pthread_join(t, 0);
    return 0;
}
