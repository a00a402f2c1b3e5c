// pipe: a byte is read that another thread writes
// check: verified
// executions: 1
// run: clean
#include <pthread.h>
#include <unistd.h>
static int p[2];
static void* f(void* a) {
    write(p[1], "x", 1);
    return a;
}
int main(void) {
    char c = 0;
    if (pipe(p)) return 2;
    pthread_t t;
    pthread_create(&t, 0, f, 0);
    read(p[0], &c, 1);
    pthread_join(t, 0);
    close(p[0]);
    close(p[1]);
    return c != 'x';
}
