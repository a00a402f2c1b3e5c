// expect: race
#include <pthread.h>
#include <stdlib.h>

static void *change(void *unused) {
    setenv("HEDDLE_A", "1", 1);
    return unused;
}
static void *look(void *unused) { return getenv("HEDDLE_B") ? unused : NULL; }

int main(void) {
    pthread_t one, two;
    pthread_create(&one, NULL, change, NULL);
    pthread_create(&two, NULL, look, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}
