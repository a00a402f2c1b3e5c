// expect: race
// Static objects are destroyed while a detached thread still uses them.
#include "meet.h"
struct Global {
    volatile int data = 1;
    ~Global() { data = 0; }
} global;
static void* work(void* unused) { global.data = 2; meet(); return unused; }
int main() {
    pthread_t t;
    meet_of(2);
    pthread_create(&t, nullptr, work, nullptr);
    pthread_detach(t);
    meet();
}
