// expect: clean
#include <pthread.h>
#include <unistd.h>
static int ends[2], data;
static void* work(void* unused) { data = 42; (void)!write(ends[1], "x", 1); return unused; }
int main(void) {
    pthread_t t;
    char c;
    (void)!pipe(ends);
    pthread_create(&t, 0, work, 0);
    (void)!read(ends[0], &c, 1);
    int seen = data;
    pthread_join(t, 0);
    close(ends[0]), close(ends[1]);
    return seen != 42;
}
