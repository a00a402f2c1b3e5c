// std::mutex: locked in one function, unlocked in another, exceptions in between
// check: verified
// check -- -O0: verified
// check -- -O2: verified
// run: clean
#include <mutex>
#include <thread>
struct Job {
    std::mutex m;
    int n = 0;
};
__attribute__((noinline)) void grab(Job& j) {
    j.m.lock();
    ++j.n;
}
__attribute__((noinline)) void drop(Job& j) { j.m.unlock(); }
int main() {
    Job j;
    std::thread t([&] {
        grab(j);
        drop(j);
    });
    grab(j);
    drop(j);
    {
        std::mutex own;
        std::unique_lock l(own);
        try {
            std::lock_guard g(j.m);
            throw 1;
        } catch (int) {
        }
    }
    t.join();
    return j.n - 2;
}
