// verified: two readers and a writer of a std::shared_mutex: 3! orders of their places in its queue
// check --model sc: verified
// check --model tso: verified
// check --model rc11: verified
// run: clean
// executions: 6
#include <cassert>
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_mutex m;
int a, b;

int main() {
    const auto read = [] {
        std::shared_lock lock(m);
        assert(a == b);
    };
    std::thread first(read), second(read);
    std::thread writer([] {
        std::unique_lock lock(m);
        ++a;
        ++b;
    });
    first.join(), second.join(), writer.join();
    assert(a == 1);
}
