// expect: clean
// Creation and joining order what the thread does.
#include <pthread.h>
static int result;
static void* work(void* unused) { result += 1; return unused; }
int main(void) {
    pthread_t t;
    result = 1;
    pthread_create(&t, 0, work, 0);
    pthread_join(t, 0);
    return result != 2;
}
