// heap: a structure is stored where there is no room for all of it
// check: memory ~ out of bounds
#include <thread>
struct B {
    long a[3];
};
__attribute__((noinline)) B make() { return {{1, 2, 3}}; }
int main() {
    B* p = (B*)operator new(20);
    std::thread t([p] { *p = make(); });
    t.join();
    operator delete(p);
}
