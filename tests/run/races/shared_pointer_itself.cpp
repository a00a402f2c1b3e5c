// expect: race
// The count is atomic, the pointer object is not.
#include <memory>
#include <thread>
static std::shared_ptr<int> shared = std::make_shared<int>(1);
int main() {
    std::thread t([] { shared = std::make_shared<int>(2); });
    std::shared_ptr<int> mine = shared;
    t.join();
    return *mine > 2;
}
