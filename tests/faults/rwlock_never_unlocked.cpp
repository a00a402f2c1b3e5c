// deadlock: a reader that ends without unlocking keeps every writer out
// check: deadlock ~ to write ~ has ended without unlocking
#include <shared_mutex>
#include <thread>

std::shared_mutex m;

int main() {
    std::thread reader([] { m.lock_shared(); });
    std::thread writer([] { m.lock(); });
    reader.join();
    writer.join();
}
