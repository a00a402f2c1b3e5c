// <threads.h>: mtx, cnd, call_once, tss and their ends
// check: verified
// run: clean
#include <stdatomic.h>
#include <threads.h>
static mtx_t m;
static cnd_t c;
static int ready;
static once_flag o = ONCE_FLAG_INIT;
static int inits;
static tss_t key;
static atomic_int destroyed;
static void init(void) { ++inits; }
static void destroy(void* p) {
    (void)p;
    atomic_fetch_add(&destroyed, 1);
}
static int f(void* a) {
    call_once(&o, init);
    tss_set(key, a);
    mtx_lock(&m);
    ready = 1;
    cnd_signal(&c);
    mtx_unlock(&m);
    return 5;
}
int main(void) {
    thrd_t t;
    int r, x;
    mtx_init(&m, mtx_plain);
    cnd_init(&c);
    tss_create(&key, destroy);
    if (thrd_create(&t, f, &x) != thrd_success) return 1;
    mtx_lock(&m);
    while (!ready) cnd_wait(&c, &m);
    mtx_unlock(&m);
    thrd_join(t, &r);
    call_once(&o, init);
    mtx_destroy(&m);
    cnd_destroy(&c);
    tss_delete(key);
    return !(r == 5 && inits == 1 && destroyed == 1);
}
