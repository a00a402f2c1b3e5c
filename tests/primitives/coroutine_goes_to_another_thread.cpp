// coroutines: resumed by another thread
// check: verified
// run: clean
#include <atomic>
#include <coroutine>
#include <thread>
struct Task {
    struct promise_type {
        Task get_return_object() { return {}; }
        std::suspend_never initial_suspend() { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() {}
    };
};
std::jthread worker;
std::atomic<int> done;
int data;
struct on_thread {
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> h) {
        worker = std::jthread([h] { h.resume(); });
    }
    void await_resume() {}
};
Task run() {
    data = 1;
    co_await on_thread{};
    data = 2;
    done = 1;
    done.notify_one();
}
int main() {
    run();
    done.wait(0);
    int r = data;
    worker.join();
    return r - 2;
}
