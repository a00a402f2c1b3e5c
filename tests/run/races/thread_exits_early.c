// expect: clean
#include <pthread.h>
static int cleaned, data;
static void clean_up(void* unused) { (void)unused; cleaned++; }
static void deep(int n) {
    if (n) deep(n - 1);
    else pthread_exit(&data);
    data = -1;
}
static void* work(void* unused) {
    pthread_cleanup_push(clean_up, 0);
    data = 42;
    deep(20);
    pthread_cleanup_pop(0);
    return unused;
}
int main(void) {
    pthread_t t;
    void* value;
    pthread_create(&t, 0, work, 0);
    pthread_join(t, &value);
    return *(int*)value != 42 || cleaned != 1;
}
