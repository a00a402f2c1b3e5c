// data-race: a text is printed by printf while another thread writes it
// check: data-race ~ printed_while_it_changes.c:11 ~ printed_while_it_changes.c:18
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static char text[16] = "text";

static void* print(void* unused) {
    (void)unused;
    printf("<%s>\n", text);
    return NULL;
}

int main(void) {
    pthread_t a;
    pthread_create(&a, 0, print, 0);
    text[1] = 'y';
    pthread_join(a, 0);
    return 0;
}
