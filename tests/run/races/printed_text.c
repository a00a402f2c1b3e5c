// expect: race
// printf reads what %s is given.
#include <pthread.h>
#include <stdio.h>
static char text[32] = "something";
static void* work(void* unused) { printf("%s and %d\n", text, 1); return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    text[8] = 'x';
    pthread_join(t, 0);
    return 0;
}
