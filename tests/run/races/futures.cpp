// expect: clean
// std::async, promises, packaged tasks; an exception that travels.
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
static int data;
int main() {
    auto result = std::async(std::launch::async, [] { data = 1; return std::string("text that is long enough for the heap"); });
    auto failing = std::async(std::launch::async, []() -> int { throw std::runtime_error("no"); });
    std::promise<int> promise;
    std::thread other([&] { data = result.get().size(); promise.set_value(data); });
    const int got = promise.get_future().get();
    std::packaged_task<int(int)> task([](int x) { return x + data; });
    auto sum = task.get_future();
    std::thread runner(std::move(task), 5);
    bool caught = false;
    try {
        failing.get();
    } catch (const std::runtime_error& e) {
        caught = e.what()[0] == 'n';
    }
    const int total = sum.get();
    other.join();
    runner.join();
    return total != got + 5 || !caught;
}
