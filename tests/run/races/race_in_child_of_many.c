// expect: race
// The child of a process with several threads has threads of its own, and they race.
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

int shared;
atomic_int stop, spins;

static void* spin(void* unused) {
    while (!stop) ++spins;
    return unused;
}
static void* run(void* unused) {
    ++shared;
    return unused;
}

int main(void) {
    pthread_t spinner;
    pthread_create(&spinner, 0, spin, 0);
    const pid_t child = fork();
    if (child == 0) {
        pthread_t one, two;
        pthread_create(&one, 0, run, 0);
        pthread_create(&two, 0, run, 0);
        pthread_join(one, 0);
        pthread_join(two, 0);
        return 0;
    }
    int status;
    waitpid(child, &status, 0);
    stop = 1;
    pthread_join(spinner, 0);
    return status != 0;
}
