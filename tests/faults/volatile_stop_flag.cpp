// data-race: a loop that waits for a volatile, without any call
// check: data-race ~ stop
// check -- -O2: data-race ~ stop
#include <thread>

volatile bool stop;

int main() {
    std::thread thread([] { while (!stop) {} });
    stop = true;
    thread.join();
}
