// inconclusive: a thread reads from a pipe that nobody will write to
// run --hang-after 1s: inconclusive ~ nothing has moved ~ waits in a system call
#include <thread>

#include <unistd.h>

int main() {
    int ends[2];
    if (pipe(ends) != 0) return 1;
    std::thread reader([&] {
        char byte;
        (void)!read(ends[0], &byte, 1);
    });
    reader.join();
}
