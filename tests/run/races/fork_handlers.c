// expect: clean
// pthread_atfork: the handlers take and give back a lock that other threads use.
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
int guarded;
atomic_int stop;

static void take(void) { pthread_mutex_lock(&mutex); }
static void give(void) { pthread_mutex_unlock(&mutex); }

static void* work(void* unused) {
    while (!stop) {
        take();
        ++guarded;
        give();
    }
    return unused;
}

int main(void) {
    pthread_t worker;
    pthread_atfork(take, give, give);
    pthread_create(&worker, 0, work, 0);
    for (int i = 0; i < 5; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            take();
            ++guarded;
            give();
            _exit(0);
        }
        int status;
        waitpid(child, &status, 0);
        if (status) return 1;
    }
    stop = 1;
    pthread_join(worker, 0);
    return 0;
}
