// std::barrier: three threads, expected two
// check: deadlock|misuse
#include <barrier>
#include <thread>
int main() {
    std::barrier b(2);
    auto w = [&] { b.arrive_and_wait(); };
    std::thread x(w), y(w), z(w);
    x.join();
    y.join();
    z.join();
}
