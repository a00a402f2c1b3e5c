// unsupported: an atomic object whose bytes are accessed plainly, one by one
// check --plain-accesses shared: unsupported ~ different sizes
#include <pthread.h>
#include <stdatomic.h>
static _Atomic unsigned word;
static void *atomically(void *unused) { atomic_store(&word, 1); return unused; }
static void *plainly(void *unused) { ((unsigned char *)&word)[1] = 7; return unused; }
int main(void) {
    pthread_t one, two;
    pthread_create(&one, 0, atomically, 0);
    pthread_create(&two, 0, plainly, 0);
    pthread_join(one, 0);
    pthread_join(two, 0);
}
