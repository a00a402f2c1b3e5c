// pthread_setname_np: of native_handle() and pthread_self()
// check: verified
// run: clean
#include <pthread.h>
#include <thread>
int main() {
    std::thread t([] {});
    pthread_setname_np(t.native_handle(), "bg");
    t.join();
    pthread_setname_np(pthread_self(), "main");
}
