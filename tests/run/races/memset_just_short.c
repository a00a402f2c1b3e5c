// expect: clean
#include <pthread.h>
#include <string.h>
char a[4096];
static volatile size_t size = 4093;
static void* work(void* unused) { memset(a + 1, 1, size), memmove(a + 10, a + 20, size - 30); return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    a[4094] = 1, a[0] = 1;
    pthread_join(t, 0);
    return 0;
}
