// verified or unsupported: a table of glib's under a pthread mutex; its allocator keeps a pthread key that its constructor made
// packages: libglib2.0-dev
// check -- -I/usr/include/glib-2.0 -I/usr/lib/x86_64-linux-gnu/glib-2.0/include -lglib-2.0: unsupported ~ libglib-2.0 ~ --one-program
#include <glib.h>
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER; static GHashTable* h;
static void* work(void* q) { pthread_mutex_lock(&m); g_hash_table_insert(h, q, q); pthread_mutex_unlock(&m); return q; }
int main(void) { h = g_hash_table_new(g_direct_hash, g_direct_equal); pthread_t t; pthread_create(&t, 0, work, (void*)1); work((void*)2); pthread_join(t, 0); return g_hash_table_size(h) == 2 ? 0 : 1; }
