// expect: race
#include <pthread.h>
#include <stdio.h>
static char text[32] = "something";
static void* work(void* unused) { puts(text); return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    text[3] = 'x';
    pthread_join(t, 0);
    return 0;
}
