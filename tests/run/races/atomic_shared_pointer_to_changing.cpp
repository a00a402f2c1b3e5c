// expect: race
// The pointer is atomic; what it points to is not. (Both have it before either uses it: taking and dropping it would order them.)
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

struct Settings {
    int port = 80;
};

int main() {
    std::atomic<std::shared_ptr<Settings>> settings(std::make_shared<Settings>());
    const auto meet = [] { std::this_thread::sleep_for(std::chrono::milliseconds(100)); };
    std::thread changes([&] {
        const auto mine = settings.load();
        meet();
        mine->port = 81;
    });
    const auto mine = settings.load();
    meet();
    const int port = mine->port;
    changes.join();
    return port == 1;
}
