// expect: clean
#include <pthread.h>
static pthread_once_t control = PTHREAD_ONCE_INIT;
static int value;
static void begin(void) { value = 42; }
static void* work(void* at) {
    pthread_once(&control, begin);
    *(int*)at = value;
    return 0;
}
int main(void) {
    pthread_t t[4];
    int seen[4];
    for (int i = 0; i < 4; i++) pthread_create(&t[i], 0, work, &seen[i]);
    for (int i = 0; i < 4; i++) pthread_join(t[i], 0);
    return seen[0] + seen[3] != 84;
}
