// data-race: the string that a thread_local object holds is written by another thread while its thread ends
// check: data-race|memory
// check -- -DJOINED: verified
#include <atomic>
#include <string>
#include <thread>

std::atomic<std::string*> shown{nullptr};
std::atomic<bool> looked{false};

int main() {
    std::thread owner([] {
        thread_local std::string own = "a text that is too long to be kept inside of the string";
        shown = &own;
#ifdef JOINED
        looked.wait(false);
#endif
    });
    while (!shown) {}
    (*shown.load())[0] = 'A';
    looked = true;
    looked.notify_one();
    owner.join();
}
