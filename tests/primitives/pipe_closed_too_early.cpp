// pipe: written to while it is closed
// check: data-race
#include <thread>
#include <unistd.h>
int main() {
    int p[2];
    if (pipe(p)) return 2;
    std::thread t([&] { write(p[1], "x", 1); });
    close(p[1]);
    t.join();
}
