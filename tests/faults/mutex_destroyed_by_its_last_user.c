// verified: whoever uses an object last destroys its mutex
// check: verified
#include <pthread.h>
#include <stdlib.h>

struct shared {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int users;
};

static void drop(struct shared *s) {
    pthread_mutex_lock(&s->mutex);
    const int last = --s->users == 0;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->mutex);
    if (!last) return;
    pthread_mutex_destroy(&s->mutex);
    pthread_cond_destroy(&s->changed);
    free(s);
}

static void *user(void *p) {
    drop(p);
    return 0;
}

int main(void) {
    struct shared *s = malloc(sizeof *s);
    pthread_mutex_init(&s->mutex, NULL);
    pthread_cond_init(&s->changed, NULL);
    s->users = 2;
    pthread_t thread;
    pthread_create(&thread, NULL, user, s);
    drop(s);
    pthread_join(thread, NULL);
    return 0;
}
