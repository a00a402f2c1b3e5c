// expect: clean
#include <pthread.h>
enum { count = 300 };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t all;
static int counter;
static void* work(void* unused) {
    pthread_barrier_wait(&all);
    pthread_mutex_lock(&m);
    counter++;
    pthread_mutex_unlock(&m);
    return unused;
}
int main(void) {
    pthread_t t[count];
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    pthread_barrier_init(&all, 0, count);
    for (int i = 0; i < count; i++)
        if (pthread_create(&t[i], &small, work, 0)) return 2;
    for (int i = 0; i < count; i++) pthread_join(t[i], 0);
    return counter != count;
}
