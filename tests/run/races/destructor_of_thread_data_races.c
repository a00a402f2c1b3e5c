// expect: race
#include "meet.h"
static pthread_key_t key;
static int total;
static void end(void* at) { total += *(int*)at; }
static int one = 1;
static void* work(void* unused) { pthread_setspecific(key, &one); return unused; }
int main(void) {
    pthread_t s, t;
    pthread_key_create(&key, end);
    pthread_create(&s, 0, work, 0);
    pthread_create(&t, 0, work, 0);
    pthread_join(s, 0);
    pthread_join(t, 0);
    return 0;
}
