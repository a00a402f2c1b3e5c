// verified: srand(time(NULL)) and rand(), as every exercise has it
// check: verified
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

static int drawn[2];

static void *draw(void *p) {
    *(int *)p = rand() % 10;
    return p;
}

int main(void) {
    srand((unsigned)time(NULL));
    pthread_t thread;
    pthread_create(&thread, NULL, draw, &drawn[0]);
    draw(&drawn[1]);
    pthread_join(thread, NULL);
    return drawn[0] > 9 || drawn[1] > 9;
}
