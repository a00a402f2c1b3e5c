// verified or unsupported: GMutex is a futex
// packages: libglib2.0-dev
// check -- -I/usr/include/glib-2.0 -I/usr/lib/x86_64-linux-gnu/glib-2.0/include -lglib-2.0: unsupported ~ libglib-2.0 ~ --one-program
#include <glib.h>
#include <pthread.h>
static GMutex m; static int n;
static void* work(void* q) { g_mutex_lock(&m); ++n; g_mutex_unlock(&m); return q; }
int main(void) { pthread_t t; pthread_create(&t, 0, work, 0); work(0); pthread_join(t, 0); return n == 2 ? 0 : 1; }
