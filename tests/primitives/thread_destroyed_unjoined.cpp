// std::thread: destroyed without join
// check: exception|crash|misuse
#include <thread>
int main() {
    std::thread t([] {});
}
