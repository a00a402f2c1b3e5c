// eventfd: hands data over
// check: verified
// executions: 1
// run: clean
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>
static int fd;
static int data;
static void* f(void* a) {
    uint64_t v = 1;
    data = 1;
    write(fd, &v, 8);
    return a;
}
int main(void) {
    uint64_t v = 0;
    fd = eventfd(0, EFD_CLOEXEC);
    pthread_t t;
    pthread_create(&t, 0, f, 0);
    read(fd, &v, 8);
    int d = data;
    pthread_join(t, 0);
    close(fd);
    return v != 1 || d != 1;
}
