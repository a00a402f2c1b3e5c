// expect: race
// The suppression is for a caller's name at the top, where it is not.
#include "meet.h"
static int one;
const char *__tsan_default_suppressions(void) { return "race_top:calls_touch_one\nrace:touch_on$\n"; }
__attribute__((noinline)) static void touch_one(void) { one++; }
static void *calls_touch_one(void *unused) {
    touch_one();
    meet();
    return unused;
}
int main(void) {
    meet_of(2);
    pthread_t thread;
    pthread_create(&thread, 0, calls_touch_one, 0);
    meet();
    touch_one();
    pthread_join(thread, 0);
    return 0;
}
