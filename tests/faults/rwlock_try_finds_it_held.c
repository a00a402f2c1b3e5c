// assertion: a try can fail because of a reader, and because of a writer; and need not
// check -- -DWRITER_BY_READER: assertion
// check -- -DWRITER_BY_WRITER: assertion
// check -- -DREADER_BY_WRITER: assertion
// check -- -DREADER_BY_READER: verified
// check -- -DWRITER_SUCCEEDS: assertion
// check -- -DREADER_SUCCEEDS: assertion
// check -- -DSECOND_READER: assertion
#include <assert.h>
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void *reader(void *unused) {
    pthread_rwlock_rdlock(&lock);
    pthread_rwlock_unlock(&lock);
    return unused;
}

static void *writer(void *unused) {
    pthread_rwlock_wrlock(&lock);
    pthread_rwlock_unlock(&lock);
    return unused;
}

int main(void) {
    pthread_t t, u;
    (void)reader, (void)writer, (void)u;
#if defined WRITER_BY_READER
    pthread_create(&t, 0, reader, 0);
    assert(pthread_rwlock_trywrlock(&lock) == 0 && "held");
#elif defined WRITER_BY_WRITER
    pthread_create(&t, 0, writer, 0);
    assert(pthread_rwlock_trywrlock(&lock) == 0 && "held");
#elif defined READER_BY_WRITER
    pthread_create(&t, 0, writer, 0);
    assert(pthread_rwlock_tryrdlock(&lock) == 0 && "held");
#elif defined READER_BY_READER
    pthread_create(&t, 0, reader, 0);
    assert(pthread_rwlock_tryrdlock(&lock) == 0 && "held");
#elif defined WRITER_SUCCEEDS
    pthread_create(&t, 0, writer, 0);
    assert(pthread_rwlock_trywrlock(&lock) != 0 && "free");
#elif defined READER_SUCCEEDS
    pthread_create(&t, 0, writer, 0);
    assert(pthread_rwlock_tryrdlock(&lock) != 0 && "free");
#elif defined SECOND_READER // the other reader has it although the last one has come and gone
    pthread_create(&t, 0, reader, 0);
    pthread_create(&u, 0, reader, 0);
    pthread_join(u, 0);
    assert(pthread_rwlock_trywrlock(&lock) == 0 && "held");
    pthread_rwlock_unlock(&lock);
    pthread_join(t, 0);
    return 0;
#endif
    pthread_rwlock_unlock(&lock);
    pthread_join(t, 0);
    return 0;
}
