#include <condition_variable>
#include <mutex>
#include <thread>

struct Gate {
    std::mutex mutex;
    std::condition_variable opened;
    bool open = false;
};

int main() {
    Gate gate;
    std::thread guest([&] {
        std::unique_lock lock(gate.mutex);
        gate.opened.wait(lock);
    });
    {
        std::lock_guard lock(gate.mutex);
        gate.open = true;
    }
    gate.opened.notify_one();
    guest.join();
}
