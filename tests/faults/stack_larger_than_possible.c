// inconclusive, with the number: a stack that heddle has no room for
// check: inconclusive ~ asks for a stack of 8192 MiB
#include <pthread.h>

static void *nothing(void *argument) { return argument; }

int main(void) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (pthread_attr_setstacksize(&attributes, 8ull << 30) != 0) return 2;
    pthread_t thread;
    if (pthread_create(&thread, &attributes, nothing, 0) != 0) return 2;
    pthread_join(thread, 0);
    return 0;
}
