// expect: clean
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
static int data;
static void* work(void* unused) { data++; return unused; }
int main(void) {
    pthread_t t;
    int status = 0;
    pthread_create(&t, 0, work, 0);
    pid_t child = fork();
    if (child == 0) _exit(7);
    waitpid(child, &status, 0);
    pthread_join(t, 0);
    return WEXITSTATUS(status) != 7;
}
