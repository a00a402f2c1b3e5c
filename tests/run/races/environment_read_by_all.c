// expect: clean
// Set before the threads, read by all of them; numbers of rand, which glibc locks; text by the reentrant functions.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void *look(void *given) {
    char text[] = "one two", out[64], *rest;
    struct tm parts;
    const time_t now = 0;
    if (!getenv("HEDDLE_A")) abort();
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {}
    gmtime_r(&now, &parts);
    asctime_r(&parts, out);
    *(int *)given = rand() + (int)random();
    return strerror(2)[0] ? NULL : given;
}

int main(void) {
    pthread_t one, two;
    int a, b;
    setenv("HEDDLE_A", "1", 1);
    pthread_create(&one, NULL, look, &a);
    pthread_create(&two, NULL, look, &b);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}
