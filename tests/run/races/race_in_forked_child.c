// expect: race
// The child has threads of its own.
#include "meet.h"
#include <sys/wait.h>
#include <unistd.h>
static int data;
static void* work(void* unused) { data++; return unused; }
int main(void) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        pthread_t t;
        pthread_create(&t, 0, work, 0);
        data++;
        pthread_join(t, 0);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}
