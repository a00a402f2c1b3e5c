// expect: clean
// Destructors of thread-specific data run before whoever joins goes on; they may lock and set other keys.
#include <pthread.h>
#include <stdlib.h>
static pthread_key_t first, second;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int ended, total;
static void end_first(void* at) { pthread_setspecific(second, at); }
static void end_second(void* at) {
    pthread_mutex_lock(&m);
    total += *(int*)at;
    pthread_mutex_unlock(&m);
    free(at);
    __atomic_fetch_add(&ended, 1, __ATOMIC_RELAXED);
}
static void* work(void* unused) {
    int* mine = malloc(sizeof *mine);
    *mine = 3;
    pthread_setspecific(first, mine);
    return unused;
}
int main(void) {
    pthread_t t[3];
    pthread_key_create(&first, end_first);
    pthread_key_create(&second, end_second);
    for (int i = 0; i < 3; i++) pthread_create(&t[i], 0, work, 0);
    for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
    return total != 9 || ended != 3;
}
