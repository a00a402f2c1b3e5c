// expect: clean
// A thread of a static constructor, joined by the destructor; main and it synchronise.
#include <atomic>
#include <mutex>
#include <thread>

struct Server {
    std::mutex mutex;
    int requests = 0;
    std::atomic<bool> stop{false};
    std::thread thread{[this] {
        do {
            const std::lock_guard guard(mutex);
            ++requests;
        } while (!stop);
    }};
    ~Server() {
        stop = true;
        thread.join();
        requests = 0;
    }
};
Server server;

int main() {
    const std::lock_guard guard(server.mutex);
    ++server.requests;
}
