// data-race: a loop that waits for a plain bool and yields
// check: data-race ~ stop
// check -- -O0: data-race ~ stop
// check -- -O2: data-race ~ stop
#include <thread>

bool stop = false;

int main() {
    std::thread thread([] { while (!stop) std::this_thread::yield(); });
    stop = true;
    thread.join();
}
