// verified, or a sentence that the standard library is at fault (libstdc++ 12 unlocks relaxed in load), not the user's line
// check: verified
#include <atomic>
#include <memory>
#include <thread>

std::atomic<std::shared_ptr<int>> config{std::make_shared<int>(1)};

int main() {
    std::thread writer([] { config.store(std::make_shared<int>(2)); });
    auto seen = config.load();
    writer.join();
    return *seen ? 0 : 1;
}
