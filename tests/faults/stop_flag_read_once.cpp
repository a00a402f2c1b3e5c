// data-race: the compiler reads the flag once, and goes round an empty loop for ever
// check -- -O2: data-race ~ stop
// within: 90
#include <thread>

bool stop = false;

int main() {
    std::thread thread([] { while (!stop) asm volatile("pause"); });
    stop = true;
    thread.join();
}
