// expect: clean
#include <pthread.h>
static pthread_rwlock_t l;
static int value, seen[2];
static void* writer(void* unused) {
    for (int i = 0; i < 200; i++) pthread_rwlock_wrlock(&l), value++, pthread_rwlock_unlock(&l);
    return unused;
}
static void* reader(void* at) {
    for (int i = 0; i < 200; i++) {
        if (i % 2) pthread_rwlock_rdlock(&l);
        else if (pthread_rwlock_tryrdlock(&l)) continue;
        *(int*)at += value;
        pthread_rwlock_unlock(&l);
    }
    return 0;
}
int main(void) {
    pthread_t t[3];
    pthread_rwlock_init(&l, 0);
    pthread_create(&t[0], 0, writer, 0);
    pthread_create(&t[1], 0, reader, &seen[0]);
    pthread_create(&t[2], 0, reader, &seen[1]);
    for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
    pthread_rwlock_destroy(&l);
    return value != 200;
}
