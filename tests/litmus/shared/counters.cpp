// Two unguarded increments, of a global and of a heap object, by two threads: 4 executions each (a read-write pair of each
// thread reads the initial value or the other's: both initial in two mo orders), the two counters independent: 16.
#include <cassert>
#include <thread>

int counter;
int* const heap = new int(3);

int main() {
    const auto add = [] {
        counter++;
        ++*heap;
    };
    std::thread a(add), b(add);
    a.join();
    b.join();
#ifdef CLAIM
    assert(counter == 2 || *heap == 5);
#endif
}
