// heap: read behind the end of a vector
// check: memory ~ right behind a block
#include <thread>
#include <vector>
int main() {
    std::vector<int> v(4);
    int s = 0;
    std::thread t([&] {
        for (unsigned i = 0; i <= v.size(); ++i) s += v[i];
    });
    t.join();
    return 0;
}
