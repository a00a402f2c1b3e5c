// std::binary_semaphore: two, taken both ways
// check: deadlock
#include <semaphore>
#include <thread>
std::binary_semaphore a{1}, b{1};
int main() {
    std::thread x([] {
        a.acquire();
        b.acquire();
        b.release();
        a.release();
    });
    b.acquire();
    a.acquire();
    a.release();
    b.release();
    x.join();
}
