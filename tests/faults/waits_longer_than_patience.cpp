// clean: a thread computes, another one waits for it, and both take longer than --hang-after
// run --hang-after 500ms: clean
// within: 15
#include <chrono>
#include <future>

long count() {
    volatile long number = 0;
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2); std::chrono::steady_clock::now() < end;) number = number + 1;
    return number;
}

int main() {
    auto counted = std::async(std::launch::async, count);
    return counted.get() > 0 ? 0 : 1;
}
