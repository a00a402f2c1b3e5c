// expect: clean
// A destructor that leaves the table pointer as it is, beside a virtual call that is done before the memory goes.
#include <new>

#include "meet.h"
struct Base {
    virtual ~Base() { meet(); }
    virtual void call() {}
};
alignas(8) static char room[sizeof(Base)];
static Base* object;
static void* work(void* unused) { object->call(); meet(); return unused; }
int main() {
    pthread_t t;
    meet_of(2);
    object = new (room) Base;
    pthread_create(&t, nullptr, work, nullptr);
    object->~Base();
    pthread_join(t, nullptr);
}
