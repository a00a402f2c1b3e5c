// data-race: two threads that libuv makes count without a lock
// packages: libuv1-dev
// check -- -luv: data-race
#include <uv.h>
static int n;
static void work(void* r) { (void)r; ++n; }
int main(void) { uv_thread_t a, b; uv_thread_create(&a, work, 0); uv_thread_create(&b, work, 0); uv_thread_join(&a); uv_thread_join(&b); return 0; }
