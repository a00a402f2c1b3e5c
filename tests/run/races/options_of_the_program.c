// expect: clean
// Leaks of threads are not to be reported.
#include <pthread.h>
#include <unistd.h>
const char *__tsan_default_options(void) { return "report_thread_leaks=0:atexit_sleep_ms=10"; }
static void *run(void *unused) { return unused; }
int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, run, 0);
    usleep(50000);
    return 0;
}
