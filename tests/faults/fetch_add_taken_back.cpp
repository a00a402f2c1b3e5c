// verified; data-race with -DBUG: a lock of fetch_add, which is taken back when somebody else was there
// check: verified
// check -- -O0: verified
// check -- -DBUG: data-race ~ value
#include <atomic>
#include <thread>

#ifdef BUG
constexpr int room = 2;
#else
constexpr int room = 1;
#endif

std::atomic<int> inside{0};
int value;

void work() {
    while (inside.fetch_add(1) >= room) inside.fetch_sub(1);
    ++value;
    inside.fetch_sub(1);
}

int main() {
    std::thread thread(work);
    work();
    thread.join();
}
