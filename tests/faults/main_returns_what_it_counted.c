// assertion: main returns how many checks failed; in one order of the threads that is one
// check: assertion ~ main returned 1
// check --exit-status any: verified
#include <pthread.h>
#include <stdatomic.h>

atomic_int first, second;
static void *writer(void *unused) {
    atomic_store(&first, 1);
    atomic_store(&second, 1);
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, writer, 0);
    int failures = atomic_load(&first) && !atomic_load(&second);
    pthread_join(t, 0);
    return failures;
}
