// expect: clean
// A handler that puts errno back; one for a signal that a thread sends itself, which may use what it likes; one that jumps
// out, and the heap is used afterwards.
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
static atomic_int done;
static sigjmp_buf place;
static void careful(int signal) {
    (void)signal;
    const int saved = errno;
    close(-1);
    errno = saved;
    done = 1;
}
static void free_to_do(int signal) {
    (void)signal;
    free(malloc(10));
    errno = ENOENT;
}
static void jumps(int signal) {
    (void)signal;
    siglongjmp(place, 1);
}
static void *work(void *unused) {
    while (!done) usleep(1000);
    return unused;
}
static void *be_interrupted(void *unused) {
    if (sigsetjmp(place, 1) == 0) {
        done = 2;
        for (;;) usleep(1000);
    }
    void *volatile block = malloc(100);
    free(block);
    return unused;
}
int main(void) {
    pthread_t thread;
    signal(SIGUSR1, careful);
    pthread_create(&thread, 0, work, 0);
    usleep(10000);
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, 0);
    signal(SIGUSR2, free_to_do);
    raise(SIGUSR2);
    pthread_kill(pthread_self(), SIGUSR2);
    signal(SIGUSR1, jumps);
    pthread_create(&thread, 0, be_interrupted, 0);
    while (done != 2) usleep(1000);
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, 0);
    return 0;
}
