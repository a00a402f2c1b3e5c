// misuse: a locked mutex is cleared, or initialised anew, by whoever holds it or by another thread
// check: misuse ~ overwritten while T0 holds it
// check -- -DANEW: misuse ~ overwritten while T0 holds it
// check -- -DOTHER: misuse ~ overwritten while T1 holds it
// check -- -DUNLOCKED: verified
#include <pthread.h>
#include <semaphore.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sem_t locked;

static void *holder(void *p) {
    pthread_mutex_lock(&mutex);
    sem_post(&locked);
    return p;
}

int main(void) {
#ifdef OTHER
    sem_init(&locked, 0, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, holder, NULL);
    sem_wait(&locked);
#else
    (void)holder;
    pthread_mutex_lock(&mutex);
#endif
#ifdef UNLOCKED
    pthread_mutex_unlock(&mutex);
#endif
#ifdef ANEW
    pthread_mutex_init(&mutex, NULL);
#else
    memset(&mutex, 0, sizeof mutex);
#endif
#ifdef OTHER
    pthread_join(thread, NULL);
#endif
    return 0;
}
