// expect: clean
#include <pthread.h>
static pthread_mutex_t m;
static int depth;
static void down(int n) {
    pthread_mutex_lock(&m);
    depth++;
    if (n) down(n - 1);
    depth--;
    pthread_mutex_unlock(&m);
}
static void* work(void* unused) {
    for (int i = 0; i < 50; i++) down(5);
    return unused;
}
int main(void) {
    pthread_t a, b;
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&m, &kind);
    pthread_create(&a, 0, work, 0);
    pthread_create(&b, 0, work, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    pthread_mutex_destroy(&m);
    return depth;
}
