// inconclusive (or verified, on a fast machine) within the time limit: a memset that takes longer
// check --time-limit 2s: inconclusive|verified
// within: 8
#include <pthread.h>
#include <string.h>

static char memory[1 << 28];
static void *eraser(void *unused) {
    for (int i = 0; i < 200; ++i) memset(memory, i, sizeof memory);
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, eraser, 0);
    pthread_join(t, 0);
    return memory[5] == 7;
}
