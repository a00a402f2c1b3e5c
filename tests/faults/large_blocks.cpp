// data-race with -- -DBUG: a page of the buffer is copied while it is filled; without: verified, in seconds, with 64 MB touched three times
// check: verified
// within: 20
// check -- -DBUG: data-race ~ buffer
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

static char buffer[16 << 20];
static std::mutex m;

int main() {
    std::memset(buffer, 1, sizeof buffer);
    char* copy = static_cast<char*>(std::malloc(sizeof buffer));
    std::thread t([&] {
#ifndef BUG
        std::lock_guard lock(m);
#endif
        std::memcpy(copy, buffer, sizeof buffer);
    });
    {
        std::lock_guard lock(m);
        std::memset(buffer + 100000, 2, 4096);
    }
    t.join();
    if (copy[99999] != 1) std::abort();
    char* huge = static_cast<char*>(std::malloc(std::size_t{5} << 30));
    huge[std::size_t{3} << 30] = 1;
    std::free(huge);
    std::free(copy);
}
