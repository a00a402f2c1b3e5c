// eventfd: EFD_SEMAPHORE for two readers
// check: verified
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>
static int fd;
static void* f(void* a) {
    uint64_t v;
    read(fd, &v, 8);
    return (void*)(long)v;
}
int main(void) {
    fd = eventfd(0, EFD_SEMAPHORE);
    pthread_t t, u;
    pthread_create(&t, 0, f, 0);
    pthread_create(&u, 0, f, 0);
    uint64_t two = 2;
    write(fd, &two, 8);
    void *r, *s;
    pthread_join(t, &r);
    pthread_join(u, &s);
    close(fd);
    return r != (void*)1 || s != (void*)1;
}
