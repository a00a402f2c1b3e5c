// data-race that names both lines: a byte of an object is read while all of it is written
// check -- -O0: data-race ~ first.engaged
// check -- -O0: data-race ~ race_of_two_sizes.cpp:20:
// check -- -O0: data-race ~ race_of_two_sizes.cpp:26:
// check -- -O1: data-race ~ race_of_two_sizes.cpp:20:
// check -- -O1: data-race ~ race_of_two_sizes.cpp:26:
#include <cstring>
#include <thread>

struct Pair {
    int value;
    bool engaged;
};
Pair first;
int sink;

int main() {
    std::thread reads([] {
        if (
            first.engaged
        )
            sink = 1;
    });
    std::thread writes([] {
        Pair next{4, true};
        std::memcpy(&first, &next, sizeof next);
    });
    reads.join();
    writes.join();
}
