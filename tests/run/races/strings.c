// expect: race
// strlen reads up to the end that another thread writes.
#include <pthread.h>
#include <string.h>
static char text[32] = "something";
static volatile size_t size;
static void* work(void* unused) { size = strlen(text); return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    text[8] = 'x';
    pthread_join(t, 0);
    return 0;
}
