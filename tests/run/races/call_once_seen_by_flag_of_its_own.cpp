// expect: race
// The one who finds the plain flag set does not call call_once, and so waits for nobody.
#include <mutex>
#include <thread>

#include "meet.h"

std::once_flag once;
bool made;
int value;

void initialise() {
    value = 42;
    made = true;
}

int main() {
    std::thread one([] { std::call_once(once, initialise); }), two([] {
        if (!made) std::call_once(once, initialise);
        if (value != 42) return;
    });
    one.join();
    two.join();
}
