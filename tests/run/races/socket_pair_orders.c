// expect: clean
#include <pthread.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
static int ends[2], data;
static void* work(void* unused) {
    char c = 'x';
    struct iovec part = {&c, 1};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part, message.msg_iovlen = 1;
    data = 42;
    sendmsg(ends[1], &message, 0);
    return unused;
}
int main(void) {
    pthread_t t;
    char c;
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    pthread_create(&t, 0, work, 0);
    struct pollfd p = {ends[0], POLLIN, 0};
    poll(&p, 1, -1);
    recv(ends[0], &c, 1, 0);
    int seen = data;
    pthread_join(t, 0);
    return seen != 42;
}
