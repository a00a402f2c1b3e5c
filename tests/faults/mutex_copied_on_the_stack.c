// misuse: a locked mutex on the stack is returned by value
// check: misuse ~ copy of one that was locked
// within: 60
#include <pthread.h>

struct guarded {
    pthread_mutex_t mutex;
    int value;
};

static struct guarded make(void) {
    struct guarded g = {PTHREAD_MUTEX_INITIALIZER, 1};
    pthread_mutex_lock(&g.mutex);
    struct guarded made = g;
    pthread_mutex_unlock(&g.mutex);
    return made;
}

int main(void) {
    struct guarded mine = make();
    pthread_mutex_lock(&mine.mutex);
    ++mine.value;
    pthread_mutex_unlock(&mine.mutex);
    return 0;
}
