// verified: as lock_two_and_back_off.cpp, each thread with a loop of its own
// check: verified
// check -- -O0: verified
#include <mutex>
#include <thread>

std::mutex a, b;
int n, first, second;

void here() {
    for (;;) {
        b.lock();
        if (a.try_lock()) break;
        b.unlock();
    }
    first = n++;
    a.unlock();
    b.unlock();
}

void there() {
    for (;;) {
        a.lock();
        if (b.try_lock()) break;
        a.unlock();
    }
    second = n++;
    b.unlock();
    a.unlock();
}

int main() {
    std::thread thread(there);
    here();
    thread.join();
    return first + second == 1 ? 0 : 1;
}
