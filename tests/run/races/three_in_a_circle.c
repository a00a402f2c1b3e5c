// expect: deadlock
#include "meet.h"
static pthread_mutex_t m[3] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static void* work(void* at) {
    for (long turn = 0; turn < 3; turn++, meet())
        if (turn == (long)at) {
            pthread_mutex_lock(&m[turn]), pthread_mutex_lock(&m[(turn + 1) % 3]);
            pthread_mutex_unlock(&m[(turn + 1) % 3]), pthread_mutex_unlock(&m[turn]);
        }
    return 0;
}
int main(void) {
    pthread_t t[3];
    meet_of(3);
    for (long i = 0; i < 3; i++) pthread_create(&t[i], 0, work, (void*)i);
    for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
    return 0;
}
