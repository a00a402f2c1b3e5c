// std::future: get() twice
// check: exception
#include <future>
int main() {
    auto f = std::async(std::launch::async, [] { return 1; });
    f.get();
    return f.get();
}
