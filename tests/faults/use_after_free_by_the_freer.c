// memory: used after free by the thread that freed it
// run: memory ~ after it has freed it
// check: memory ~ o->y = 10 ~ after it has freed it
#include <stdlib.h>
typedef struct { int x, y; } obj;
int main(void) { obj *o = malloc(sizeof(obj)); o->x = 1; o->y = 2; free(o); o->y = 10; return 0; }
