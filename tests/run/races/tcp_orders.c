// expect: clean
#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
static struct sockaddr_in at;
static int data;
static void* work(void* unused) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    connect(s, (struct sockaddr*)&at, sizeof at);
    data = 42;
    send(s, "x", 1, 0);
    close(s);
    return unused;
}
int main(void) {
    pthread_t t;
    char c;
    socklen_t size = sizeof at;
    int l = socket(AF_INET, SOCK_STREAM, 0);
    at.sin_family = AF_INET, at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(l, (struct sockaddr*)&at, sizeof at);
    getsockname(l, (struct sockaddr*)&at, &size);
    listen(l, 1);
    pthread_create(&t, 0, work, 0);
    int s = accept4(l, 0, 0, 0);
    (void)!read(s, &c, 1);
    int seen = data;
    pthread_join(t, 0);
    close(s), close(l);
    return seen != 42;
}
