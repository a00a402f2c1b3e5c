// data-race: the flag is read in a function of an object, the loop polls two of them
// check: data-race
// check -- -O0: data-race
#include <thread>

struct Flags {
    bool stop = false, pause = false;
    [[gnu::noinline]] bool asked() const { return stop || pause; }
};

int main() {
    Flags flags;
    std::thread thread([&] { while (!flags.asked()) std::this_thread::yield(); });
    flags.pause = true;
    thread.join();
}
