// data-race: what the C library keeps is not the program's, and stays a race
// check --plain-accesses shared: data-race ~ strtok
#include <pthread.h>
#include <string.h>
static void *split(void *text) { return strtok(text, ","); }
int main(void) {
    char one[] = "a,b", two[] = "c,d";
    pthread_t first, second;
    pthread_create(&first, 0, split, one);
    pthread_create(&second, 0, split, two);
    pthread_join(first, 0);
    pthread_join(second, 0);
}
