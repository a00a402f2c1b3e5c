// verified: two threads through a semaphore of two: the 4!/(2! 2!) orders of its four updates
// check: verified
// executions: 6
#include <semaphore>
#include <thread>

int main() {
    std::counting_semaphore<2> places(2);
    const auto pass = [&] {
        places.acquire();
        places.release();
    };
    std::thread first(pass), second(pass);
    first.join();
    second.join();
}
