// data-race: a thread that a constructor function of C starts writes what main writes
// check: data-race ~ count
// check -- -DJOINED: verified
#include <pthread.h>

static int count;
static pthread_t thread;

static void *body(void *p) {
    ++count;
    return p;
}

__attribute__((constructor)) static void begin(void) { pthread_create(&thread, 0, body, 0); }
#ifdef JOINED
__attribute__((destructor)) static void end(void) { ++count; }
#endif

int main(void) {
#ifdef JOINED
    pthread_join(thread, 0);
#endif
    ++count;
    return 0;
}
