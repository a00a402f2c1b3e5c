// expect: clean
// The last owner releases: its decrement acquires those of the others.
#include <pthread.h>
#include <stdlib.h>
static struct counted { int owners, data[4]; }* object;
static void* own(void* at) {
    object->data[(long)at] = 1;
    if (__atomic_fetch_sub(&object->owners, 1, __ATOMIC_ACQ_REL) == 1) free(object);
    return 0;
}
int main(void) {
    pthread_t t[3];
    object = calloc(1, sizeof *object);
    object->owners = 4;
    for (long i = 0; i < 3; i++) pthread_create(&t[i], 0, own, (void*)i);
    own((void*)3L);
    for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
    return 0;
}
