// pipe: O_NONBLOCK: a byte, or EAGAIN
// check: verified
// executions: 2
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
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
    fcntl(p[0], F_SETFL, fcntl(p[0], F_GETFL) | O_NONBLOCK);
    pthread_t t;
    pthread_create(&t, 0, f, 0);
    ssize_t n = read(p[0], &c, 1);
    if (n == -1 && errno != EAGAIN) return 1;
    pthread_join(t, 0);
    return n == 1 ? c != 'x' : n != -1;
}
