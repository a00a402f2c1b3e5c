// assertion: exit(), _exit() and quick_exit() with a status that says that the program failed, from any thread
// check -- -DEXIT=exit(3): assertion ~ exit(3) was called: the program says that it failed
// check -- -DEXIT=_exit(1): assertion ~ exit(1) was called
// check -- -DEXIT=quick_exit(7): assertion ~ exit(7) was called
// check --exit-status any -- -DEXIT=exit(3): verified
// check -- -DEXIT=exit(0): verified
#include <cstdlib>
#include <thread>
#include <unistd.h>

int main() {
    std::thread t([] { EXIT; });
    t.join();
}
