// expect: clean
// Its own suppressions name the functions of both races, one by a pattern, one by the top of the stack.
#include "meet.h"
static int one, two;
const char *__tsan_default_suppressions(void) { return "race:no_such_function\nrace:^touch*o_of$\n# a comment\nrace_top:touch_one\n"; }
__attribute__((noinline)) static void touch_one(void) { one++; }
__attribute__((noinline)) static void touch_two_of(void) { two++; }
static void *work(void *unused) {
    touch_one();
    touch_two_of();
    meet();
    return unused;
}
int main(void) {
    meet_of(2);
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    meet();
    one++;
    two++;
    pthread_join(thread, 0);
    return 0;
}
