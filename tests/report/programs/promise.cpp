#include <future>
#include <thread>

std::future<int> ask(std::promise<int>& promise) {
    return promise.get_future();
}

int main() {
    std::promise<int> answer;
    std::thread asks([&] { ask(answer).wait(); });
    asks.join();
}
