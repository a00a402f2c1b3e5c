// data-race: what other threads do before one of them ends the process is looked at
// check: data-race ~ counter
#include <cstdlib>
#include <thread>

int counter;

int main() {
    std::thread one([] { ++counter; }), two([] { ++counter; std::_Exit(0); });
    one.join();
    two.join();
}
