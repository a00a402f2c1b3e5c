// verified: two threads fill the same two thousand bytes, and one of them reads a word of it
// check --plain-accesses shared --max-executions 2000: verified|inconclusive ~ limit of executions
// check: data-race
#include <assert.h>
#include <pthread.h>
#include <string.h>
static long words[256];
static void *fill(void *unused) { memset(words, 0, sizeof words); return unused; }
static void *copy(void *unused) {
    static long other[256];
    memcpy(words, other, sizeof words);
    return unused;
}
int main(void) {
    pthread_t one, two;
    pthread_create(&one, 0, fill, 0);
    pthread_create(&two, 0, copy, 0);
    pthread_join(one, 0);
    pthread_join(two, 0);
    assert(words[17] == 0);
}
