// expect: clean
// The byte just after an unaligned access.
#include <pthread.h>
#include <stdint.h>
char buffer[32] __attribute__((aligned(16)));
struct __attribute__((packed)) packed { char pad[5]; uint64_t value; };
static void* work(void* unused) { buffer[13] = 1, buffer[4] = 1; return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    ((struct packed*)buffer)->value = 5;
    pthread_join(t, 0);
    return 0;
}
