// The amount is looked at and taken in two critical sections: between them it may be gone.
#include <mutex>
#include <thread>

#include <heddle/heddle.hpp>

int account = 100;
std::mutex m;

void take_60() {
    bool enough;
    {
        std::lock_guard lock(m);
        enough = account >= 60;
    }
    if (!enough) return;
    std::lock_guard lock(m);
    account -= 60;
    heddle::ensure(account >= 0, "no overdraft");
}

int main() {
    std::thread one(take_60), two(take_60);
    one.join();
    two.join();
}
