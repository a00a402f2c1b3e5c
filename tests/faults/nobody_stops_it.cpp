// livelock: nobody sets the flag that a thread waits for
// check: livelock
#include <thread>

bool stop = false;

int main() {
    std::thread thread([] { while (!stop) std::this_thread::yield(); });
    thread.join();
}
