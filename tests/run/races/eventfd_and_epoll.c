// expect: clean
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
static int event, poller, data, more;
static void* work(void* unused) {
    uint64_t one = 1;
    data = 42;
    (void)!write(event, &one, sizeof one);
    return unused;
}
static void* waiter(void* unused) {
    struct epoll_event e;
    epoll_wait(poller, &e, 1, -1);
    more = *(int*)e.data.ptr;
    return unused;
}
int main(void) {
    pthread_t t, s;
    static int told;
    event = eventfd(0, 0), poller = epoll_create1(0);
    pthread_create(&s, 0, waiter, 0);
    told = 7;
    struct epoll_event e = {EPOLLIN, {.ptr = &told}};
    epoll_ctl(poller, EPOLL_CTL_ADD, event, &e);
    pthread_create(&t, 0, work, 0);
    pthread_join(s, 0);
    uint64_t got = 0;
    (void)!read(event, &got, sizeof got);
    int seen = data;
    pthread_join(t, 0);
    close(event), close(poller);
    return seen != 42 || more != 7 || got != 1;
}
