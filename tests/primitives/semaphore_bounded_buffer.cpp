// std::counting_semaphore: a bounded buffer
// check: verified
// run: clean
#include <semaphore>
#include <thread>
std::counting_semaphore<4> items(0), space(2);
int buf[2];
int main() {
    std::thread p([] {
        for (int i = 0; i < 3; ++i) {
            space.acquire();
            buf[i % 2] = i;
            items.release();
        }
    });
    int s = 0;
    for (int i = 0; i < 3; ++i) {
        items.acquire();
        s += buf[i % 2];
        space.release();
    }
    p.join();
    return s == 3 ? 0 : 1;
}
