// verified, 4 executions: a local of main that two threads count up, as if it were a relaxed atomic
// check --plain-accesses shared: verified
// executions: 4
#include <cassert>
#include <thread>
int main() {
    int counter = 0;
    std::thread a([&] { counter++; }), b([&] { counter++; });
    a.join();
    b.join();
    assert(counter == 1 || counter == 2);
}
