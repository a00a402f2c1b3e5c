// verified: a future that is looked at again and again, with a time limit
// check: verified
// check --model tso: verified
#include <chrono>
#include <future>

using namespace std::chrono_literals;

int main() {
    auto answer = std::async(std::launch::async, [] { return 42; });
    while (answer.wait_for(1ms) != std::future_status::ready) {
    }
    return answer.get() != 42;
}
