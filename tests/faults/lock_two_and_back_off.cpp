// verified: two threads take two mutexes in opposite orders, and give the first back when they do not get the second
// check: verified
// check -- -O0: verified
#include <mutex>
#include <thread>

std::mutex one, other;
int value;

void both(std::mutex& first, std::mutex& second) {
    for (;;) {
        first.lock();
        if (second.try_lock()) break;
        first.unlock();
    }
    ++value;
    second.unlock();
    first.unlock();
}

int main() {
    std::thread thread([] { both(other, one); });
    both(one, other);
    thread.join();
    return value == 2 ? 0 : 1;
}
