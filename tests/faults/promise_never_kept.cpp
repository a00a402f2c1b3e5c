// deadlock: main keeps the promise only after it has joined the thread that waits for it
// run --hang-after 2s: deadlock ~ waits for a future to become ready
// check: deadlock ~ waits for a future that nobody makes ready
#include <future>
#include <thread>

int main() {
    std::promise<int> answer;
    std::thread asks([&] { answer.get_future().wait(); });
    asks.join();
    answer.set_value(42);
}
