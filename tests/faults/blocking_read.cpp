// inconclusive or unsupported within the time limit: a native call that blocks until another thread acts
// check --time-limit 5s: unsupported|inconclusive ~ pipe
// within: 10
#include <thread>
#include <unistd.h>

int main() {
    int ends[2];
    if (pipe(ends)) return 1;
    std::thread reader([&] { char c; (void)!read(ends[0], &c, 1); });
    (void)!write(ends[1], "x", 1);
    reader.join();
}
