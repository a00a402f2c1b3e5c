// verified: threads and a mutex that libuv makes of pthread ones
// packages: libuv1-dev
// check -- -luv: verified
// executions: 2
#include <uv.h>
static uv_mutex_t m; static int n;
static void work(void* r) { (void)r; uv_mutex_lock(&m); ++n; uv_mutex_unlock(&m); }
int main(void) { uv_mutex_init(&m); uv_thread_t a, b; uv_thread_create(&a, work, 0); uv_thread_create(&b, work, 0); uv_thread_join(&a); uv_thread_join(&b); uv_mutex_destroy(&m); return n == 2 ? 0 : 1; }
