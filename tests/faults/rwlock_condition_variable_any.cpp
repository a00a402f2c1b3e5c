// verified: a std::condition_variable_any waits with a shared lock
// check: verified
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_mutex m;
std::condition_variable_any changed;
bool ready;
int value;

int main() {
    std::thread reader([] {
        std::shared_lock lock(m);
        changed.wait(lock, [] { return ready; });
        assert(value == 1);
    });
    {
        std::unique_lock lock(m);
        value = 1;
        ready = true;
    }
    changed.notify_all();
    reader.join();
}
