// <threads.h>: timed locks and waits
// check: verified
#include <threads.h>
#include <time.h>
static mtx_t m;
static cnd_t c;
static int ready;
static int f(void* a) {
    (void)a;
    struct timespec d = {0, 1000000};
    thrd_sleep(&d, 0);
    if (mtx_trylock(&m) == thrd_success) {
        ready = 1;
        mtx_unlock(&m);
        cnd_broadcast(&c);
    }
    thrd_yield();
    thrd_exit(3);
}
int main(void) {
    thrd_t t;
    int r = 0;
    mtx_init(&m, mtx_timed | mtx_recursive);
    cnd_init(&c);
    thrd_create(&t, f, 0);
    struct timespec ts;
    timespec_get(&ts, TIME_UTC);
    ts.tv_sec += 1;
    if (mtx_timedlock(&m, &ts) == thrd_success) {
        while (!ready)
            if (cnd_timedwait(&c, &m, &ts) == thrd_timedout) break;
        mtx_unlock(&m);
    }
    thrd_join(t, &r);
    return r != 3;
}
