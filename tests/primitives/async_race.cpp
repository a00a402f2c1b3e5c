// std::async: races with who called it
// check: data-race
#include <future>
int n;
int main() {
    auto a = std::async(std::launch::async, [] { ++n; });
    ++n;
    a.get();
}
