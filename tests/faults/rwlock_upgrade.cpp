// deadlock: a reader that locks to write waits for itself; two that do wait for each other
// check: deadlock ~ to write ~ holds itself
// check -- -DTWO: deadlock ~ to write
// check --model tso -- -O2 -DTWO: deadlock
#include <shared_mutex>
#include <thread>

std::shared_mutex m;
int value;

void upgrade() {
    m.lock_shared();
    const int seen = value;
    m.lock();
    value = seen + 1;
    m.unlock();
    m.unlock_shared();
}

int main() {
#ifdef TWO
    std::thread other(upgrade);
#endif
    upgrade();
#ifdef TWO
    other.join();
#endif
}
