// heap: written behind the end of a block
// check: memory ~ right behind a block of 16 bytes
#include <cstdlib>
#include <thread>
int main() {
    int* p = new int[4];
    std::thread t([p] {
        for (int i = 0; i <= 4; ++i) p[i] = i;
    });
    t.join();
    delete[] p;
}
