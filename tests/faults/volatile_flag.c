// verified: a volatile flag is waited for; what it guards is looked at when the thread has ended
// check --plain-accesses volatile: verified
// check --plain-accesses volatile -- -O2: verified
// check: data-race
#include <assert.h>
#include <pthread.h>
static volatile int flag;
static int data;
static void *writer(void *unused) {
    data = 5;
    flag = 1;
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, writer, 0);
    while (!flag) {}
    pthread_join(thread, 0);
    assert(data == 5);
}
