// deadlock: two threads read under one lock and write under the other
// check: deadlock ~ waits for readers-writer lock
// check -- -DREAD: verified
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_mutex a, b;
int x, y;

void move(std::shared_mutex& from, std::shared_mutex& to) {
    std::shared_lock reading(from);
#ifdef READ // readers never wait for readers
    std::shared_lock also(to);
#else
    std::unique_lock writing(to);
#endif
}

int main() {
    std::thread other([] { move(a, b); });
    move(b, a);
    other.join();
}
