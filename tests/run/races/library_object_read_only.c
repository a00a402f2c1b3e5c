// expect: clean
// Readings of a library's object by two threads; the writes are before and after.
#include "library_objects.h"
static int object;
static void *work(void *unused) {
    look_at(&object);
    meet();
    return unused;
}
int main(void) {
    meet_of(2);
    tag = __tsan_external_register_tag("List");
    __tsan_external_assign_tag(&object, tag);
    add_to(&object);
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    meet();
    look_at(&object);
    pthread_join(thread, 0);
    add_to(&object);
    return 0;
}
