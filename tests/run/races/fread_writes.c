// expect: race
#include <pthread.h>
#include <stdio.h>
static char text[16];
static void* work(void* file) { return fread(text, 1, 8, file) == 8 ? 0 : file; }
int main(void) {
    pthread_t t;
    FILE* zeros = fopen("/dev/zero", "r");
    pthread_create(&t, 0, work, zeros);
    text[7] = 1;
    pthread_join(t, 0);
    return 0;
}
