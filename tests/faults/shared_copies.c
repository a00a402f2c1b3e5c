// verified, 8 executions: a struct of 20 bytes is assigned while it is copied: three pieces, each old or new
// check --plain-accesses shared: verified
// executions: 8
#include <assert.h>
#include <pthread.h>
#include <string.h>
struct pair { int a, b; char text[12]; };
static struct pair shared;
static void *writer(void *unused) {
    struct pair mine = {1, 1, "hello"};
    shared = mine;
    return unused;
}
static void *reader(void *unused) {
    struct pair seen;
    memcpy(&seen, &shared, sizeof seen);
    assert(seen.a == seen.b);
    return unused;
}
int main(void) {
    pthread_t one, two;
    pthread_create(&one, 0, writer, 0);
    pthread_create(&two, 0, reader, 0);
    pthread_join(one, 0);
    pthread_join(two, 0);
}
