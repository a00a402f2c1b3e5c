// data-race: with volatile accesses as relaxed ones the flag orders nothing, and the other variable is watched as ever
// check --plain-accesses volatile: data-race ~ `data`
#include <pthread.h>
static volatile int flag;
int data;
static void *writer(void *unused) {
    data = 5;
    flag = 1;
    return unused;
}
int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, writer, 0);
    while (!flag) {}
    const int seen = data;
    pthread_join(thread, 0);
    return seen > 7;
}
