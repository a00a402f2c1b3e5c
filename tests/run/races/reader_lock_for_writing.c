// expect: race
// Two readers of a reader-writer lock exclude each other not.
#include "meet.h"
static pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;
static int value;
static void* write_as_reader(void* unused) {
    pthread_rwlock_rdlock(&l);
    value++;
    pthread_rwlock_unlock(&l);
    return unused;
}
int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, write_as_reader, 0);
    pthread_create(&b, 0, write_as_reader, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
