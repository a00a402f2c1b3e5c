// expect: clean
#include "meet.h"
void AnnotateHappensBefore(const char*, int, void*);
void AnnotateHappensAfter(const char*, int, void*);
void __tsan_release(void*);
void __tsan_acquire(void*);
static int data, tag, other;
static void* work(void* unused) {
    data = 42;
    AnnotateHappensBefore(__FILE__, __LINE__, &tag);
    meet();
    meet();
    __tsan_acquire(&other);
    data = 43;
    return unused;
}
int main(void) {
    pthread_t t;
    meet_of(2);
    pthread_create(&t, 0, work, 0);
    meet();
    AnnotateHappensAfter(__FILE__, __LINE__, &tag);
    int seen = data;
    __tsan_release(&other);
    meet();
    pthread_join(t, 0);
    return seen != 42;
}
