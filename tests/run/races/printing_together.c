// expect: clean
// Streams have locks of their own.
#include <pthread.h>
#include <stdio.h>
static void* work(void* at) {
    for (int i = 0; i < 20; i++) printf("%s %d\n", (const char*)at, i), fputs("x", stderr), putchar('\n');
    return 0;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, "one");
    work("two");
    pthread_join(t, 0);
    return 0;
}
