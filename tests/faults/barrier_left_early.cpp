// verified: a thread drops out of a barrier, the other goes on alone
// check: verified
#include <barrier>
#include <thread>

int main() {
    std::barrier both(2);
    std::thread other([&] {
        both.arrive_and_wait();
        both.arrive_and_drop();
    });
    for (int i = 0; i < 3; ++i) both.arrive_and_wait();
    other.join();
}
