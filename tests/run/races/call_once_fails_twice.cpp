// expect: clean
// Four threads, of which two fail in turn: what those did is known to who succeeds, and that to all.
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

std::once_flag once;
int attempts;
std::vector<int> table;

void initialise() {
    if (++attempts < 3) throw std::runtime_error("not yet");
    table.assign(100, attempts);
}

void use() {
    for (bool done = false; !done;) {
        try {
            std::call_once(once, initialise);
            done = true;
        } catch (const std::runtime_error&) {
        }
    }
    if (table.size() != 100 || table[7] != 3) std::abort();
}

int main() {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(use);
    for (auto& thread : threads) thread.join();
    return attempts == 3 ? 0 : 1;
}
