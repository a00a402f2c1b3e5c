// expect: clean
// T2 only passes on what T1 released: between its two releases there is nothing but an acquire.
#include "meet.h"
void AnnotateHappensBefore(const char* file, int line, const volatile void* object);
void AnnotateHappensAfter(const char* file, int line, const volatile void* object);
static int data;
static char first, early, late;
static void* one(void* unused) {
    data = 42;
    AnnotateHappensBefore(__FILE__, __LINE__, &first);
    meet();
    meet();
    meet();
    return unused;
}
static void* two(void* unused) {
    AnnotateHappensBefore(__FILE__, __LINE__, &early);
    meet();
    meet();
    AnnotateHappensAfter(__FILE__, __LINE__, &first);
    AnnotateHappensBefore(__FILE__, __LINE__, &late);
    meet();
    return unused;
}
int main(void) {
    pthread_t a, b;
    meet_of(3);
    pthread_create(&a, 0, one, 0);
    pthread_create(&b, 0, two, 0);
    meet();
    AnnotateHappensAfter(__FILE__, __LINE__, &early);
    meet();
    meet();
    AnnotateHappensAfter(__FILE__, __LINE__, &late);
    int seen = data;
    pthread_join(a, 0);
    pthread_join(b, 0);
    return seen != 42;
}
