// deadlock: a promise that nobody keeps
// check: deadlock ~ waits for a future that nobody makes ready
#include <future>
#include <thread>

int main() {
    std::promise<int> promise;
    auto future = promise.get_future();
    std::thread waiter([&] { future.get(); });
    waiter.join();
}
