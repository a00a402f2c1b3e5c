// verified; run: nothing (an exceptional call of call_once synchronises with the next one)
// check: verified
// run: clean
#include <cassert>
#include <mutex>
#include <stdexcept>
#include <thread>

std::once_flag once;
int calls = 0;

void load() {
    if (++calls == 1) throw std::runtime_error("not yet");
}

void user() {
    try {
        std::call_once(once, load);
    } catch (const std::runtime_error&) {
    }
}

int main() {
    std::thread one(user), two(user);
    one.join();
    two.join();
    assert(calls == 2);
}
