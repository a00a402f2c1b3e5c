// expect: race
#include "meet.h"
#include <unistd.h>
static int ends[2];
static void* work(void* unused) { (void)!write(ends[1], "x", 1); meet(); return unused; }
int main(void) {
    pthread_t t;
    meet_of(2);
    (void)!pipe(ends);
    pthread_create(&t, 0, work, 0);
    meet();
    close(ends[1]);
    pthread_join(t, 0);
    return 0;
}
