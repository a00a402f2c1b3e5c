// verified: thread_local objects of main, then what was registered, the newest first, then static objects, made earlier
// check: verified
// check -- -DWRONG: assertion ~ next == 9
// check -- -DBY_EXIT: verified
#include <cassert>
#include <cstdlib>
#include <thread>

int next = 0;

struct Last {
    ~Last() {
#ifdef WRONG
        assert(next == 9);
#else
        assert(next == 5);
#endif
    }
} last;

struct Own {
    ~Own() { assert(next++ == 0); }
};
thread_local Own own;

void first() { assert(next++ == 3); }
void late() { assert(next++ == 2); }
void second() {
    assert(next++ == 1);
    std::atexit(late);
}

struct Global {
    ~Global() { assert(next++ == 4); }
} global;

int main() {
    (void)&own;
    std::thread([] {}).join();
    std::atexit(first);
    std::atexit(second);
#ifdef BY_EXIT
    std::exit(0);
#endif
}
