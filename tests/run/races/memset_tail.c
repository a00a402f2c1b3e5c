// expect: race
#include <pthread.h>
#include <string.h>
char a[4096];
static volatile size_t size = 4095;
static void* work(void* unused) { memset(a, 1, size); return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    a[4094] = 1;
    pthread_join(t, 0);
    return 0;
}
