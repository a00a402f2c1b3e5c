// misuse: the object is deleted by one thread while another one holds its mutex and has said so
// check: misuse ~ freed while T1 holds it
// check -- -DUNLOCKED: verified
#include <atomic>
#include <mutex>
#include <thread>

struct Account {
    std::mutex mutex;
    int sum = 0;
};

int main() {
    auto* account = new Account;
    std::atomic<bool> locked{false};
    std::thread holder([&] {
        account->mutex.lock();
        ++account->sum;
#ifdef UNLOCKED
        account->mutex.unlock();
#endif
        locked.store(true);
        locked.notify_one();
    });
    locked.wait(false);
    delete account;
    holder.join();
}
