// verified: blocks of gigabytes of which little is used, and one that no machine has
// check: verified
#include <cassert>
#include <cstdlib>
#include <thread>

int main() {
    std::thread thread([] {
        auto* block = static_cast<char*>(std::malloc(5ull << 30));
        assert(block);
        block[0] = block[(5ull << 30) - 1] = 1;
    });
    thread.join();
    volatile std::size_t too_much = ~std::size_t{0} / 2;
    void* volatile none = std::malloc(too_much);
    assert(!none);
}
