// std::thread: joined after detach
// check: exception
#include <thread>
int main() {
    std::thread t([] {});
    t.detach();
    t.join();
}
