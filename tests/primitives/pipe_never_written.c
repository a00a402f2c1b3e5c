// pipe: nobody writes
// check: deadlock
#include <pthread.h>
#include <unistd.h>
static int p[2];
static void* f(void* a) {
    char c;
    read(p[0], &c, 1);
    return a;
}
int main(void) {
    if (pipe(p)) return 2;
    pthread_t t;
    pthread_create(&t, 0, f, 0);
    pthread_join(t, 0);
    return 0;
}
