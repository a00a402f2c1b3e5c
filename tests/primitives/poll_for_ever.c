// poll: nobody writes
// check: deadlock
#include <poll.h>
#include <unistd.h>
int main(void) {
    int p[2];
    pipe(p);
    struct pollfd s = {p[0], POLLIN, 0};
    return poll(&s, 1, -1);
}
