// heap: freed twice
// check: memory ~ double free
// run: memory ~ double free
#include <stdlib.h>
static void drop(char* volatile* p) { free(*p); }
int main(void) {
    char* volatile p = malloc(8);
    drop(&p);
    drop(&p);
    return 0;
}
