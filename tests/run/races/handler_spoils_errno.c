// expect: misuse
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
static volatile sig_atomic_t done;
static void handler(int signal) {
    (void)signal;
    errno = ENOENT;
    done = 1;
}
static void *work(void *unused) {
    while (!done) usleep(1000);
    return unused;
}
int main(void) {
    signal(SIGUSR1, handler);
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    usleep(10000);
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, 0);
    return 0;
}
