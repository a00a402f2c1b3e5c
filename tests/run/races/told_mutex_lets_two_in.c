// expect: misuse
// A lock of the program's own making that lets two threads in.
#include "meet.h"
void __tsan_mutex_create(void *lock, unsigned flags);
void __tsan_mutex_pre_lock(void *lock, unsigned flags);
void __tsan_mutex_post_lock(void *lock, unsigned flags, int levels);
static int lock;
static void *work(void *unused) {
    __tsan_mutex_pre_lock(&lock, 0);
    __tsan_mutex_post_lock(&lock, 0, 0);
    meet();
    return unused;
}
int main(void) {
    meet_of(2);
    __tsan_mutex_create(&lock, 0);
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    meet();
    __tsan_mutex_pre_lock(&lock, 0);
    __tsan_mutex_post_lock(&lock, 0, 0);
    pthread_join(thread, 0);
    return 0;
}
