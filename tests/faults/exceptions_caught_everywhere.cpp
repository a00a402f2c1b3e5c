// clean: exceptions out of tasks, thrown on, by pointer, in a thread of their own
// run: clean
// run --noise --times 20: clean
#include <exception>
#include <future>
#include <stdexcept>
#include <thread>

int even(int number) {
    if (number % 2) throw std::runtime_error("odd");
    return number;
}

int main() {
    int odd = 0;
    for (int i = 0; i < 4; ++i) {
        auto task = std::async(std::launch::async, even, i);
        try {
            task.get();
        } catch (const std::exception&) {
            ++odd;
        }
    }
    try {
        try {
            even(1);
        } catch (...) {
            throw;
        }
    } catch (const std::runtime_error&) {
        ++odd;
    }
    std::exception_ptr seen;
    std::thread thread([&] {
        try {
            even(3);
        } catch (...) {
            seen = std::current_exception();
        }
    });
    thread.join();
    try {
        std::rethrow_exception(seen);
    } catch (const std::runtime_error&) {
        ++odd;
    }
    return odd == 4 ? 0 : 1;
}
