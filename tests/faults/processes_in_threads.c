// unsupported: no process is started while exploring, by whatever name
// check -- '-DSTART=system("echo_executed")': unsupported ~ system is not modelled
// check -- '-DSTART=popen("echo_executed","r")': unsupported ~ popen is not modelled
// check -- -DSTART=fork(): unsupported ~ fork is not modelled
// check -- -DSTART=vfork(): unsupported ~ vfork is not modelled
// check -- '-DSTART=posix_spawn(&child,"/bin/echo",0,0,argv,argv+1)': unsupported ~ posix_spawn is not modelled
// check -- '-DSTART=execv("/bin/echo",argv)': unsupported ~ execv is not modelled
#define _GNU_SOURCE
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *starter(void *unused) {
    pid_t child = 0;
    char *argv[] = {"echo", 0, 0};
    (void)child, (void)argv;
    (void)!START;
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, starter, 0);
    pthread_join(t, 0);
    return 0;
}
