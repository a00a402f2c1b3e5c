// heap: memset beyond the end
// check: memory ~ out of bounds
#include <stdlib.h>
#include <string.h>
int main(void) {
    char* p = malloc(10);
    memset(p, 0, 16);
    free(p);
    return 0;
}
