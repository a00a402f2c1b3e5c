// expect: clean
// One thread waits until the other's bytes are in the file.
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
static char name[] = "/tmp/heddle-file-orders-XXXXXX";
static int data;
static void* work(void* unused) {
    int f = open(name, O_WRONLY);
    data = 42;
    (void)!write(f, "x", 1);
    close(f);
    return unused;
}
int main(void) {
    pthread_t t;
    char c;
    int f = mkstemp(name);
    pthread_create(&t, 0, work, 0);
    while (read(f, &c, 1) != 1) usleep(100);
    int seen = data;
    pthread_join(t, 0);
    close(f);
    unlink(name);
    return seen != 42;
}
