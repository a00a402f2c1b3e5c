// data-race, within seconds whatever --time-limit says: everyone's first stop flag
// check: data-race ~ stop
#include <chrono>
#include <thread>

bool stop = false;

int main() {
    std::thread worker([] { while (!stop) std::this_thread::yield(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    stop = true;
    worker.join();
}
