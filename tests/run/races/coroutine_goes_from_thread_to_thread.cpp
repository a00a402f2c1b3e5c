// expect: clean
// A coroutine that is resumed by another thread at each step; joining orders its frame.
#include <coroutine>
#include <exception>
#include <thread>

struct Steps {
    struct promise_type {
        int value = 0;
        Steps get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        std::suspend_always yield_value(int next) noexcept { return value = next, std::suspend_always{}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
    std::coroutine_handle<promise_type> handle;
};

Steps count() {
    int sum = 0;
    for (int i = 1; i <= 4; ++i) co_yield sum += i;
}

int main() {
    Steps steps = count();
    for (int i = 0; i < 4; ++i) std::thread([&] { steps.handle.resume(); }).join();
    const int sum = steps.handle.promise().value;
    steps.handle.destroy();
    return sum == 10 ? 0 : 1;
}
