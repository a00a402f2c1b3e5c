// pthread_mutex_t, recursive: unlocking what one does not hold is EPERM, to who asks
// check: verified
#include <errno.h>
#include <pthread.h>
int main(void) {
    pthread_mutexattr_t a;
    pthread_mutex_t m;
    pthread_mutexattr_init(&a);
    pthread_mutexattr_settype(&a, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&m, &a);
    return pthread_mutex_unlock(&m) != EPERM;
}
