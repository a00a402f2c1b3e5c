// expect: race
// Functions looked up at run time are the same ones.
#include <dlfcn.h>
#include <pthread.h>
static int data;
static void* work(void* unused) { ++data; return unused; }
int main() {
    using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
    const auto create = reinterpret_cast<Create>(dlsym(RTLD_DEFAULT, "pthread_create"));
    pthread_t t;
    if (!create || create(&t, nullptr, work, nullptr)) return 2;
    ++data;
    pthread_join(t, nullptr);
}
