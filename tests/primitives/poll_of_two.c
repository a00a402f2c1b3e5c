// poll: two pipes
// check: verified
#include <poll.h>
#include <pthread.h>
#include <unistd.h>
static int p[2], q[2];
static void* f(void* a) {
    int* e = a;
    write(e[1], "x", 1);
    return 0;
}
int main(void) {
    pthread_t t, u;
    pipe(p);
    pipe(q);
    pthread_create(&t, 0, f, p);
    pthread_create(&u, 0, f, q);
    int n = 0;
    while (n < 2) {
        struct pollfd s[2] = {{p[0], POLLIN, 0}, {q[0], POLLIN, 0}};
        poll(s, 2, -1);
        for (int i = 0; i < 2; ++i)
            if (s[i].revents & POLLIN) {
                char c;
                read(s[i].fd, &c, 1);
                ++n;
            }
    }
    pthread_join(t, 0);
    pthread_join(u, 0);
    return 0;
}
