// heap: malloc and delete
// check: memory ~ is from malloc and given to delete
// run: memory ~ is from malloc
#include <cstdlib>
#include <thread>
int main() {
    int* p = (int*)std::malloc(4);
    std::thread t([p] { delete p; });
    t.join();
}
