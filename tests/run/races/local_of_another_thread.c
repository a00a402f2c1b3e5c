// expect: race
// A local of main, handed to a thread.
#include <pthread.h>
static void* work(void* at) { *(int*)at = 1; return 0; }
int main(void) {
    pthread_t t;
    int local = 0;
    pthread_create(&t, 0, work, &local);
    local++;
    pthread_join(t, 0);
    return local > 2;
}
