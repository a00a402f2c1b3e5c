// verified: two threads construct static locals; whichever came first is destroyed last
// check: verified
// check -- -DWRONG: assertion ~ alive
#include <cassert>
#include <thread>

int alive = 0;

struct Counted {
    int number;
    Counted() : number(++alive) {}
    ~Counted() {
#ifdef WRONG
        assert(number == 1 || alive == 3);
#else
        assert(number == alive);
#endif
        --alive;
    }
};

#include <mutex>
std::mutex mutex;

void use_one() {
    std::lock_guard lock(mutex);
    static Counted one;
}

void use_two() {
    std::lock_guard lock(mutex);
    static Counted two;
}

int main() {
    std::thread a(use_one), b(use_two);
    a.join();
    b.join();
}
