// memory: the old block of realloc is written
// check: memory ~ after it has freed it
#include <stdlib.h>
int main(void) { int *o = malloc(8); o[0] = 1; int* p = realloc(o, 800); p[1] = 3; o[0] = 4; free(p); return 0; }
