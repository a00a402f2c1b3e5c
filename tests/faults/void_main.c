// verified: a main that returns nothing has no exit status
// check: verified
#include <pthread.h>

static void *nothing(void *unused) { return unused; }
volatile int five = 5;
static int leaves_five(void) { return five; }

void main(void) {
    pthread_t t;
    pthread_create(&t, 0, nothing, 0);
    pthread_join(t, 0);
    leaves_five();
}
