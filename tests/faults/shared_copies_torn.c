// assertion: the struct is cleared while its members are read one by one
// check --plain-accesses shared: assertion
#include <assert.h>
#include <pthread.h>
#include <string.h>
static struct { long a; short b; char c[6]; } shared = {1, 1, "hello"};
static void *clear(void *unused) { memset(&shared, 0, sizeof shared); return unused; }
static void *reader(void *unused) {
    const long a = shared.a;
    const short b = shared.b;
    assert(a == b);
    return unused;
}
int main(void) {
    pthread_t one, two;
    pthread_create(&one, 0, clear, 0);
    pthread_create(&two, 0, reader, 0);
    pthread_join(one, 0);
    pthread_join(two, 0);
}
