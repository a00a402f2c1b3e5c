// expect: race
#include <future>
static int data;
int main() {
    std::promise<void> go;
    auto ready = std::async(std::launch::async, [&] { go.get_future().wait(); data = 1; });
    const int seen = data;
    go.set_value();
    const int again = data;
    ready.get();
    return seen + again > 2;
}
