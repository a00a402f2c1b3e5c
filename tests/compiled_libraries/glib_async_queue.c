// verified or unsupported: a queue and threads of glib's (a crash once)
// packages: libglib2.0-dev
// check -- -I/usr/include/glib-2.0 -I/usr/lib/x86_64-linux-gnu/glib-2.0/include -lglib-2.0: unsupported ~ libglib-2.0 ~ --one-program
#include <glib.h>
static gpointer work(gpointer q) { g_async_queue_push(q, GINT_TO_POINTER(7)); return NULL; }
int main(void) { GAsyncQueue* q = g_async_queue_new(); GThread* t = g_thread_new("w", work, q); int v = GPOINTER_TO_INT(g_async_queue_pop(q)); g_thread_join(t); g_async_queue_unref(q); return v == 7 ? 0 : 1; }
