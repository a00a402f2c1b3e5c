// verified, 4 executions: a word is written while one of its bytes is read and another written
// check --plain-accesses shared: verified
// executions: 4
#include <assert.h>
#include <pthread.h>
static union { unsigned word; unsigned char bytes[4]; } u;
static void *word(void *unused) { u.word = 0x01010101; return unused; }
static void *byte(void *unused) {
    const unsigned char seen = u.bytes[2];
    assert(seen == 0 || seen == 1);
    u.bytes[1] = 7;
    return unused;
}
int main(void) {
    pthread_t one, two;
    pthread_create(&one, 0, word, 0);
    pthread_create(&two, 0, byte, 0);
    pthread_join(one, 0);
    pthread_join(two, 0);
    assert(u.bytes[3] == 1 && (u.bytes[1] == 1 || u.bytes[1] == 7));
}
