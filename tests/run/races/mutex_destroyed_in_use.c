// expect: race
// The destruction is not ordered after another thread's last unlock.
#include "meet.h"
static pthread_mutex_t m;
static void* work(void* unused) { pthread_mutex_lock(&m), pthread_mutex_unlock(&m); meet(); return unused; }
int main(void) {
    pthread_t t;
    meet_of(2);
    pthread_mutex_init(&m, 0);
    pthread_create(&t, 0, work, 0);
    meet();
    pthread_mutex_destroy(&m);
    pthread_join(t, 0);
    return 0;
}
