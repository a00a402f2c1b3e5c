// expect: race
// One thread changes a library's object while another looks at it.
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
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    meet();
    add_to(&object);
    pthread_join(thread, 0);
    return 0;
}
