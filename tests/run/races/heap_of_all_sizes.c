// expect: clean
// Blocks of all sizes, got in every way, kept by two threads and handed from one to the other under a mutex.
#define _GNU_SOURCE
#include "meet.h"
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
enum { kept = 64, rounds = 3000 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char* handed[16];
static void* work(void* seed) {
    unsigned random = (unsigned)(unsigned long)seed;
    char* own[kept] = {0};
    for (int i = 0; i < rounds; ++i) {
        random = random * 1103515245u + 12345u;
        const unsigned at = random >> 8 & (kept - 1), how = random >> 16 & 7;
        const size_t size = 1 + (random >> 4) % (how & 1 ? 300 : how & 2 ? 9000 : 200000);
        switch (how) {
        case 0: free(own[at]), own[at] = malloc(size); break;
        case 1: own[at] = realloc(own[at], size); break;
        case 2: free(own[at]), own[at] = calloc(1, size); break;
        case 3: free(own[at]), own[at] = aligned_alloc(64, (size + 63) & ~63ul); break;
        case 4: if (posix_memalign((void**)&own[at], 4096, size)) abort(); break; // the old one is lost
        case 5: {
            pthread_mutex_lock(&mutex);
            char* other = handed[at & 15];
            handed[at & 15] = own[at], own[at] = other;
            pthread_mutex_unlock(&mutex);
            break;
        }
        default: free(own[at]), own[at] = NULL; continue;
        }
        if (own[at]) memset(own[at], i, how == 5 ? 1 : malloc_usable_size(own[at]));
    }
    for (int i = 0; i < kept; ++i) free(own[i]);
    return NULL;
}
int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, work, (void*)1);
    pthread_create(&b, 0, work, (void*)2);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
