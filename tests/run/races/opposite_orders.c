// expect: deadlock
#include "meet.h"
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static void* work(void* unused) {
    pthread_mutex_lock(&a), pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b), pthread_mutex_unlock(&a);
    meet();
    return unused;
}
int main(void) {
    pthread_t t;
    meet_of(2);
    pthread_create(&t, 0, work, 0);
    meet();
    pthread_mutex_lock(&b), pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a), pthread_mutex_unlock(&b);
    pthread_join(t, 0);
    return 0;
}
