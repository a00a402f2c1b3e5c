// expect: race
// The derived destructor changes the table pointer while another thread calls through it.
#include "meet.h"
struct Base {
    virtual ~Base() { meet(); meet(); }
    virtual void call() {}
};
struct Derived : Base {
    void call() override {}
    ~Derived() override {}
};
static Base* object;
static void* work(void* unused) { meet(); object->call(); meet(); return unused; }
int main() {
    pthread_t t;
    meet_of(2);
    object = new Derived;
    pthread_create(&t, nullptr, work, nullptr);
    delete object;
    pthread_join(t, nullptr);
}
