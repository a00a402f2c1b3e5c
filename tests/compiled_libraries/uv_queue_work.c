// verified or unsupported: a loop and a pool of threads of libuv's (a hang once)
// packages: libuv1-dev
// check -- -luv: unsupported ~ libuv
#include <uv.h>
static int n;
static void work(uv_work_t* r) { (void)r; ++n; }
static void after(uv_work_t* r, int s) { (void)r; (void)s; }
int main(void) { uv_loop_t* l = uv_default_loop(); uv_work_t w; uv_queue_work(l, &w, work, after); uv_run(l, UV_RUN_DEFAULT); return n == 1 ? 0 : 1; }
