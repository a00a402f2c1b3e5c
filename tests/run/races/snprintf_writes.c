// expect: race
#include <pthread.h>
#include <stdio.h>
static char text[32];
static void* work(void* unused) { snprintf(text, sizeof text, "%d", 12345); return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    char seen = text[4];
    pthread_join(t, 0);
    return seen == 'x';
}
