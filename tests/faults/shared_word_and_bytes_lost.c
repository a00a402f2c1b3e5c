// assertion: the byte that is written beside the word may be overwritten by it
// check --plain-accesses shared: assertion ~ u.bytes
#include <assert.h>
#include <pthread.h>
static union { unsigned word; unsigned char bytes[4]; } u;
static void *word(void *unused) { u.word = 0x01010101; return unused; }
static void *byte(void *unused) { u.bytes[1] = 7; return unused; }
int main(void) {
    pthread_t one, two;
    pthread_create(&one, 0, word, 0);
    pthread_create(&two, 0, byte, 0);
    pthread_join(one, 0);
    pthread_join(two, 0);
    assert(u.bytes[1] == 7);
}
