// expect: race
// The frame is resumed by a thread, and its promise read before that thread is joined.
#include <coroutine>
#include <exception>
#include <thread>

struct Step {
    struct promise_type {
        int value = 0;
        Step get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        std::suspend_always yield_value(int next) noexcept { return value = next, std::suspend_always{}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
    std::coroutine_handle<promise_type> handle;
};

Step once() { co_yield 1; }

int main() {
    Step step = once();
    std::thread thread([&] { step.handle.resume(); });
    const int seen = step.handle.promise().value;
    thread.join();
    step.handle.destroy();
    return seen > 1;
}
