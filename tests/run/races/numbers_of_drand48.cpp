// expect: race
#include <cstdlib>
#include <thread>

double numbers[2];

int main() {
    std::thread one([] { numbers[0] = drand48(); }), two([] { numbers[1] = drand48(); });
    one.join();
    two.join();
}
