// expect: clean
// A large block where small ones were, of another thread, that have been freed: what they left lies in its middle.
#include "meet.h"
#include <stdlib.h>
#include <string.h>
static void* one(void* unused) {
    char* blocks[64];
    for (int i = 0; i < 64; ++i) memset(blocks[i] = malloc(2000), 1, 2000);
    for (int i = 0; i < 64; ++i) free(blocks[i]);
    return unused;
}
int main(void) {
    pthread_t t;
    char* blocks[64];
    for (int i = 0; i < 64; ++i) memset(blocks[i] = malloc(2000), 1, 2000);
    for (int i = 0; i < 64; ++i) free(blocks[i]);
    char* large = malloc(100000);
    memset(large, 2, 100000);
    pthread_create(&t, 0, one, 0);
    pthread_join(t, 0);
    free(large);
    return 0;
}
