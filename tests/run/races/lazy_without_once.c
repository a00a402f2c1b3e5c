// expect: race
// Double-checked, with a plain flag.
#include "meet.h"
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int made, value;
static void* work(void* unused) {
    meet();
    if (!made) {
        pthread_mutex_lock(&m);
        if (!made) value = 42, made = 1;
        pthread_mutex_unlock(&m);
    }
    return unused;
}
int main(void) {
    pthread_t a, b;
    meet_of(2);
    pthread_create(&a, 0, work, 0);
    pthread_create(&b, 0, work, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
