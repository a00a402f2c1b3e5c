// data-race: in a child that ends a little after its parent, which did not wait for it
// run: data-race ~ `number`
#include <thread>

#include <unistd.h>

int number;

int main() {
    if (fork() == 0) {
        usleep(50'000);
        std::thread one([] { ++number; }), two([] { ++number; });
        one.join();
        two.join();
        _exit(0);
    }
}
