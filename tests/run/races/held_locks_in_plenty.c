// expect: clean
#include <pthread.h>
enum { count = 200 };
static pthread_mutex_t m[count];
static int value;
static void* work(void* unused) {
    for (int i = 0; i < count; i++) pthread_mutex_lock(&m[i]);
    value++;
    for (int i = count; i-- > 0;) pthread_mutex_unlock(&m[i]);
    return unused;
}
int main(void) {
    pthread_t t;
    for (int i = 0; i < count; i++) pthread_mutex_init(&m[i], 0);
    pthread_create(&t, 0, work, 0);
    work(0);
    pthread_join(t, 0);
    return value != 2;
}
