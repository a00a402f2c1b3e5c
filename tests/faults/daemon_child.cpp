// run: ends when the program ends, not when its grandchild does
// run: clean ~ "left_running": 1
#include <unistd.h>

int main() {
    if (fork() == 0) {
        setsid();
        sleep(25);
        _exit(0);
    }
}
