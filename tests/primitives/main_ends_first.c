// pthread_exit: main ends, the others go on
// check: verified
#include <pthread.h>
#include <stdio.h>
static int n;
static void* f(void* a) {
    n = 1;
    puts("bye");
    return a;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, f, 0);
    pthread_detach(t);
    pthread_exit(0);
}
