// poll: there in time, or not
// check: verified
// executions: 2
#include <poll.h>
#include <pthread.h>
#include <unistd.h>
static int p[2];
static void* f(void* a) {
    write(p[1], "x", 1);
    return a;
}
int main(void) {
    char c = 0;
    pipe(p);
    pthread_t t;
    pthread_create(&t, 0, f, 0);
    struct pollfd pf = {p[0], POLLIN, 0};
    int r = poll(&pf, 1, 100);
    if (r == 1) read(p[0], &c, 1);
    pthread_join(t, 0);
    return r == 1 ? c != 'x' : r != 0;
}
