// verified: two thousand threads at once
// check --unroll 5000: verified
// executions: 1
// within: 60
#include <pthread.h>

enum { count = 2000 };
static int done[count];

static void *work(void *argument) {
    *(int *)argument = 1;
    return argument;
}

int main(void) {
    static pthread_t threads[count];
    int sum = 0;
    for (int i = 0; i < count; ++i)
        if (pthread_create(&threads[i], 0, work, &done[i]) != 0) return 2;
    for (int i = 0; i < count; ++i) {
        pthread_join(threads[i], 0);
        sum += done[i];
    }
    return sum != count;
}
