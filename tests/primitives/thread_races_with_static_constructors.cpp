// std::thread: races with another global's constructor
// check: data-race
#include <thread>
struct S {
    std::thread t;
    int* p;
    S();
    ~S() { t.join(); }
};
extern int later;
S s;
int later = std::thread::hardware_concurrency() > 100000 ? 1 : 7;
S::S() : t([] { later = 3; }) {}
int main() { return 0; }
