// unsupported: exec and posix_spawn are never executed while exploring
// check: unsupported ~ execlp is not modelled
#include <thread>
#include <unistd.h>

int main() {
    std::thread t([] { execlp("echo", "echo", "executed", nullptr); });
    t.join();
}
