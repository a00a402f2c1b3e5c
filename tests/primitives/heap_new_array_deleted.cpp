// heap: new[] and delete
// check: memory ~ is from new[] and given to delete
// run: memory ~ is from new[]
#include <cstdlib>
#include <thread>
int main() {
    int* p = new int[3];
    std::thread t([p] { delete p; });
    t.join();
}
