// expect: clean
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>
static sem_t *ready;
static int data;
static void *work(void *unused) {
    data = 1;
    sem_post(ready);
    return unused;
}
int main(void) {
    char name[64];
    snprintf(name, sizeof name, "/heddle-test-%d", (int)getpid());
    ready = sem_open(name, O_CREAT, 0600, 0);
    if (ready == SEM_FAILED) return 1;
    sem_unlink(name);
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    sem_wait(ready);
    const int seen = data;
    pthread_join(thread, 0);
    sem_close(ready);
    return seen != 1;
}
