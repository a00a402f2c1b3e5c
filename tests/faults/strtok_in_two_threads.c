// data-race: strtok keeps its position between calls; two threads use it
// check: data-race ~ the position of strtok ~ strtok(p, " ")
#include <pthread.h>
#include <string.h>
char a[] = "a b", b[] = "c d";
void* f(void* p) { char* t = strtok(p, " "); while (t) t = strtok(NULL, " "); return 0; }
int main() { pthread_t t; pthread_create(&t, 0, f, a); f(b); pthread_join(t, 0); }
