// verified: two calls throw, the third does it; inside, another flag is used, which throws too
// check: verified
// run: clean
// check -- -DWRONG: assertion ~ calls == 2
#include <cassert>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

std::once_flag once, inner;
int calls = 0, inner_calls = 0;

void fill() {
    if (++inner_calls == 1) throw std::runtime_error("inner");
}

void load() {
    ++calls;
    std::call_once(inner, fill);
    if (calls == 2) throw 2;
}

void user() {
    try {
        std::call_once(once, load);
    } catch (const std::runtime_error&) {
    } catch (int) {
    }
}

int main() {
    std::thread one(user), two(user), three(user);
    one.join();
    two.join();
    three.join();
#ifdef WRONG
    assert(calls == 2);
#else
    assert(calls == 3 && inner_calls == 2);
#endif
}
