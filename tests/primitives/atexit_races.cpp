// atexit: races with a detached thread
// check: data-race
#include <cstdlib>
#include <thread>
int n;
int main() {
    std::atexit([] { n = 2; });
    std::thread([] { n = 1; }).detach();
}
