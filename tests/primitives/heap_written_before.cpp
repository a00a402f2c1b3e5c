// heap: written before a block
// check: memory ~ 1 byte before a block of 16 bytes
#include <thread>
int main() {
    char* p = new char[16];
    std::thread t([p] { p[-1] = 0; });
    t.join();
    delete[] p;
}
