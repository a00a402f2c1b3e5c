// expect: clean
// What libstdc++ 12 leaves unordered inside std::atomic<std::shared_ptr> is no race of the program.
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>

struct Settings {
    int port, limit;
};

int main() {
    std::atomic<std::shared_ptr<const Settings>> settings(std::make_shared<const Settings>(Settings{80, 80}));
    std::thread reader([&] {
        for (int i = 0; i < 100; ++i)
            if (const auto now = settings.load(); now && now->port != now->limit) std::abort(); // null after the exchange
    });
    for (int i = 0; i < 100; ++i) settings.store(std::make_shared<const Settings>(Settings{i, i}));
    auto last = settings.exchange(nullptr);
    settings.store(std::move(last));
    reader.join();
}
