// verified, a handful of executions: std::scoped_lock takes both mutexes
// check: verified
// check -- -O0: verified
// executions: 16
#include <mutex>
#include <thread>
#include <utility>

struct Counter {
    std::mutex mutex;
    int value = 0;
};

void swap(Counter& a, Counter& b) {
    std::scoped_lock both(a.mutex, b.mutex);
    std::swap(a.value, b.value);
}

int main() {
    Counter one, two;
    one.value = 1;
    std::thread thread([&] { swap(one, two); });
    swap(two, one);
    thread.join();
    return one.value == 1 && two.value == 0 ? 0 : 1;
}
