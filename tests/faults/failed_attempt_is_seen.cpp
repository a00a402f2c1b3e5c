// assertion: a thread sees that another one tries, and only then lets it have what it wants
// check: assertion ~ seen
// check -- -O0: assertion ~ seen
#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> tries{1}, seen{0};

int main() {
    std::thread thread([] {
        while (tries.fetch_add(1) != 0) tries.fetch_sub(1);
        assert(seen == 0);
    });
    if (tries.load() == 2) { // the attempt that fails, before it is taken back
        seen = 1;
        while (tries.load() != 1) {}
        tries.fetch_sub(1);
    } else {
        tries.fetch_sub(1);
    }
    thread.join();
}
