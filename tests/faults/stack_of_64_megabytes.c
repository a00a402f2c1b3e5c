// verified: a thread gets the stack that its attributes ask for
// check: verified
#include <pthread.h>

static void *use(void *argument) {
    volatile char room[48 << 20];
    room[0] = 1;
    room[sizeof room - 1] = 2;
    *(int *)argument = room[0] + room[sizeof room - 1];
    return argument;
}

int main(void) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (pthread_attr_setstacksize(&attributes, 64 << 20) != 0) return 2;
    pthread_t thread;
    int sum = 0;
    if (pthread_create(&thread, &attributes, use, &sum) != 0) return 2;
    pthread_join(thread, 0);
    return sum != 3;
}
