// pipe: read until its writing end is closed
// check: verified
// run: clean
#include <cstring>
#include <thread>
#include <unistd.h>
int main() {
    int p[2];
    if (pipe(p)) return 2;
    std::thread t([&] {
        write(p[1], "ab", 2);
        write(p[1], "c", 1);
        close(p[1]);
    });
    char b[8];
    int n = 0;
    for (;;) {
        ssize_t k = read(p[0], b + n, 8 - n);
        if (k <= 0) break;
        n += k;
    }
    t.join();
    close(p[0]);
    return n != 3 || std::memcmp(b, "abc", 3);
}
