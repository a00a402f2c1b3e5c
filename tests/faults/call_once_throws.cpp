// data-race: what an exceptional call has written is read without asking for the flag again
// check: data-race ~ calls
#include <mutex>
#include <stdexcept>
#include <thread>

std::once_flag once;
int calls = 0;

void load() {
    if (++calls == 1) throw std::runtime_error("not yet");
}

int main() {
    std::thread one([] {
        try {
            std::call_once(once, load);
        } catch (const std::runtime_error&) {
        }
    });
    const int seen = calls;
    one.join();
    return seen < 0;
}
