// std::lock_guard: two accounts, locked one after the other
// check: deadlock ~ waits for
#include <mutex>
#include <thread>
struct Account {
    std::mutex m;
    int balance = 100;
};
Account a, b;
void transfer(Account& from, Account& to, int n) {
    std::lock_guard l(from.m);
    std::lock_guard k(to.m);
    from.balance -= n;
    to.balance += n;
}
int main() {
    std::thread x([] { transfer(a, b, 10); }), y([] { transfer(b, a, 20); });
    x.join();
    y.join();
}
