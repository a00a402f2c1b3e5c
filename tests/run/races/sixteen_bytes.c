// expect: race
#include <pthread.h>
__int128 wide;
static void* work(void* unused) { ((char*)&wide)[9] = 1; return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    wide = 5;
    pthread_join(t, 0);
    return 0;
}
