// assertion: a plain flag is waited for, and hands nothing over
// check --plain-accesses shared: assertion ~ data
// check --plain-accesses shared --model sc: verified
// check: data-race
#include <assert.h>
#include <pthread.h>
static int flag, data;
static void *writer(void *unused) {
    data = 5;
    flag = 1;
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, writer, 0);
    while (!flag) {}
    assert(data == 5);
    pthread_join(thread, 0);
}
