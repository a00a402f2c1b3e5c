// expect: race
// A pointer to one thread's thread-local object, used by another.
#include "meet.h"
static _Thread_local int mine;
static int* theirs;
static void* work(void* unused) { theirs = &mine; meet(); mine = 1; meet(); return unused; }
int main(void) {
    pthread_t t;
    meet_of(2);
    pthread_create(&t, 0, work, 0);
    meet();
    *theirs = 2;
    meet();
    pthread_join(t, 0);
    return 0;
}
