// verified: std::atomic_store and std::atomic_load of a shared_ptr
// check: verified
#include <atomic>
#include <memory>
#include <thread>

std::shared_ptr<int> pointer = std::make_shared<int>(1);

int main() {
    std::thread thread([] { std::atomic_store(&pointer, std::make_shared<int>(2)); });
    const auto mine = std::atomic_load(&pointer);
    thread.join();
    return *mine == 0;
}
