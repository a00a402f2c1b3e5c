// verified: a call that blocks until another thread acts; natively it would for ever, as threads take turns
// check --time-limit 5s: verified
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
