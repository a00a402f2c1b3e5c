// expect: clean
// Forks while other threads are in the middle of locks, the heap and atomics; every child uses all of it again, and what
// the parent's other threads had written.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
int guarded, published;
atomic_int stop, ready, count;

static void* work(void* unused) {
    published = 1;
    ready = 1;
    while (!stop) {
        free(malloc(100));
        ++count;
    }
    return unused;
}
static void* child_work(void* unused) {
    for (int i = 0; i < 100; ++i) {
        pthread_mutex_lock(&mutex);
        ++guarded;
        pthread_mutex_unlock(&mutex);
        ++count;
        free(malloc(100));
    }
    return unused;
}

int main(void) {
    pthread_t workers[2];
    pthread_create(&workers[0], 0, work, 0);
    while (!ready) {}
    pthread_create(&workers[1], 0, child_work, 0);
    pthread_join(workers[1], 0);
    for (int i = 0; i < 20; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            pthread_t threads[2];
            for (int t = 0; t < 2; ++t) pthread_create(&threads[t], 0, child_work, 0);
            for (int t = 0; t < 2; ++t) pthread_join(threads[t], 0);
            _exit(guarded != 300 || published != 1);
        }
        int status;
        waitpid(child, &status, 0);
        if (status) return 1;
    }
    stop = 1;
    pthread_join(workers[0], 0);
    return 0;
}
