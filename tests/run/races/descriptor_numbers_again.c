// expect: clean
// The same numbers, for other files, in threads that nothing orders.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
static void* work(void* unused) {
    char c;
    for (int i = 0; i < 40; i++) {
        int f = i % 5 == 0 ? open("/dev/null", O_RDWR) : i % 5 == 1 ? epoll_create1(0) : i % 5 == 2 ? timerfd_create(CLOCK_MONOTONIC, 0)
                : i % 5 == 3 ? openat(AT_FDCWD, "/dev/zero", O_RDONLY) : fcntl(0, F_DUPFD, 3);
        if (i % 5 == 3) (void)!read(f, &c, 1);
        if (i % 5 == 0) (void)!write(f, "x", 1), close(dup(f));
        close(f);
        FILE* file = fopen("/dev/zero", "r");
        (void)!read(fileno(file), &c, 1);
        fclose(file);
    }
    return unused;
}
int main(void) {
    pthread_t t[3];
    for (int i = 0; i < 3; i++) pthread_create(&t[i], 0, work, 0);
    for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
    return 0;
}
