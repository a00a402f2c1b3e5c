// expect: clean
#include <atomic>
#include <thread>
struct Pair { long a, b; };
struct Odd { char text[24]; };
static std::atomic<Pair> pair;
static std::atomic<Odd> odd;
static std::atomic<double> real{0};
int main() {
    const auto work = [] {
        for (int i = 0; i < 50; ++i) {
            Pair old = pair.load();
            while (!pair.compare_exchange_weak(old, {old.a + 1, old.b + 1})) {}
            Odd text = odd.load();
            ++text.text[3];
            odd.store(text);
            real += 1.0;
        }
    };
    std::thread t(work);
    work();
    t.join();
    return pair.load().a != 100 || real.load() != 100;
}
