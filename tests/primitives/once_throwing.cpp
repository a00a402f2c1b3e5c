// std::call_once: the first initialiser throws
// check: verified
#include <mutex>
#include <stdexcept>
#include <thread>
std::once_flag f;
int tries, inits;
void init() {
    if (++tries == 1) throw std::runtime_error("first");
    ++inits;
}
int main() {
    auto g = [] {
        try {
            std::call_once(f, init);
        } catch (const std::runtime_error&) {
        }
    };
    std::thread a(g), b(g);
    a.join();
    b.join();
    return tries == 2 && inits == 1 ? 0 : 1;
}
