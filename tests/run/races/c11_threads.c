// expect: clean
#include <threads.h>
#include <time.h>
static mtx_t plain, timed;
static cnd_t ready;
static once_flag flag = ONCE_FLAG_INIT;
static int begun, value, go;
static void begin(void) { begun = 41; }
static int work(void* unused) {
    (void)unused;
    struct timespec until;
    call_once(&flag, begin);
    mtx_lock(&plain);
    while (!go) cnd_wait(&ready, &plain);
    value += begun;
    mtx_unlock(&plain);
    timespec_get(&until, TIME_UTC);
    until.tv_sec += 20;
    if (mtx_timedlock(&timed, &until) == thrd_success) value += 1, mtx_unlock(&timed);
    return 7;
}
int main(void) {
    thrd_t a;
    int result = 0;
    mtx_init(&plain, mtx_plain);
    mtx_init(&timed, mtx_timed | mtx_recursive);
    cnd_init(&ready);
    thrd_create(&a, work, 0);
    call_once(&flag, begin);
    mtx_lock(&plain);
    go = 1;
    cnd_broadcast(&ready);
    mtx_unlock(&plain);
    thrd_join(a, &result);
    cnd_destroy(&ready);
    mtx_destroy(&plain);
    return value != 42 || result != 7;
}
