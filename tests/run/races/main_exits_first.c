// expect: clean
// main's thread ends, another one ends the process.
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
static pthread_t first;
static int data = 1;
static void* work(void* unused) {
    pthread_join(first, 0);
    data++;
    exit(data != 3);
    return unused;
}
int main(void) {
    pthread_t t;
    first = pthread_self();
    pthread_create(&t, 0, work, 0);
    data++;
    pthread_exit(0);
}
