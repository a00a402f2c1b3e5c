// data-race: g++ expands both calls without hooks
// check: data-race ~ memcpy(p, z, 16) ~ memset(p, 0, 16)
// run: data-race
#include <pthread.h>
#include <string.h>
int x[4], z[4];
void* a(void* p) { memcpy(p, z, 16); return 0; }
void* b(void* p) { memset(p, 0, 16); return 0; }
int main() { pthread_t t[2]; pthread_create(&t[0],0,a,x); pthread_create(&t[1],0,b,x); pthread_join(t[0],0); pthread_join(t[1],0); }
