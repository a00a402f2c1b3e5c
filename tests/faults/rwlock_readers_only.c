// verified: N readers that lock once: N! executions, as the order of their places is explored although none can tell
// check -- -DN=3: verified
// executions: 6
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int value = 7;

static void *reader(void *out) {
    pthread_rwlock_rdlock(&lock);
    *(int *)out = value;
    pthread_rwlock_unlock(&lock);
    return 0;
}

int main(void) {
    pthread_t t[N];
    int seen[N];
    for (int i = 0; i < N; i++) pthread_create(&t[i], 0, reader, &seen[i]);
    for (int i = 0; i < N; i++) pthread_join(t[i], 0);
    return seen[0] - 7;
}
