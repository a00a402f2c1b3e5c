// expect: clean
// std::notify_all_at_thread_exit: whoever is woken knows what the thread's own objects did when they went.
#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex mutex;
std::condition_variable gone;
bool ready;
int left;

struct Leaves {
    int worth = 0;
    ~Leaves() { left = worth; }
};

int main() {
    std::thread thread([] {
        thread_local Leaves leaves;
        leaves.worth = 7;
        std::unique_lock lock(mutex);
        ready = true;
        std::notify_all_at_thread_exit(gone, std::move(lock));
    });
    thread.detach();
    std::unique_lock lock(mutex);
    gone.wait(lock, [] { return ready; });
    return left == 7 ? 0 : 1;
}
