// expect: race
// As reference_count.c, with relaxed decrements.
#include "meet.h"
#include <stdlib.h>
static struct counted { int owners, data[4]; }* object;
static void* own(void* at) {
    object->data[(long)at] = 1;
    meet();
    if (__atomic_fetch_sub(&object->owners, 1, __ATOMIC_RELAXED) == 1) free(object);
    return 0;
}
int main(void) {
    pthread_t t;
    meet_of(2);
    object = calloc(1, sizeof *object);
    object->owners = 2;
    pthread_create(&t, 0, own, (void*)1L);
    own((void*)0L);
    pthread_join(t, 0);
    return 0;
}
