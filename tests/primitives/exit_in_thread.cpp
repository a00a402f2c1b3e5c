// exit: called by a thread
// check: verified
#include <cstdlib>
#include <thread>
int main() {
    std::thread t([] { std::exit(0); });
    t.join();
    return 0;
}
