// expect: clean
#include <pthread.h>
void AnnotateIgnoreReadsBegin(const char*, int);
void AnnotateIgnoreReadsEnd(const char*, int);
void AnnotateIgnoreWritesBegin(const char*, int);
void AnnotateIgnoreWritesEnd(const char*, int);
void AnnotateBenignRaceSized(const char*, int, const volatile void*, long, const char*);
static int data, other, benign[4];
static void* work(void* unused) {
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    data = 1;
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    other = 2;
    benign[3] = 1;
    return unused;
}
int main(void) {
    pthread_t t;
    AnnotateBenignRaceSized(__FILE__, __LINE__, benign, sizeof benign, "it does not matter");
    pthread_create(&t, 0, work, 0);
    data = 2;
    benign[3] = 2;
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    int seen = other;
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    pthread_join(t, 0);
    return seen > 2;
}
