// std::scoped_lock: two accounts, both ways
// check: verified
// run: clean
#include <mutex>
#include <thread>
struct Account {
    std::mutex m;
    int balance = 100;
};
Account a, b;
void transfer(Account& from, Account& to, int n) {
    std::scoped_lock l(from.m, to.m);
    from.balance -= n;
    to.balance += n;
}
int main() {
    std::thread x([] { transfer(a, b, 10); }), y([] { transfer(b, a, 20); });
    x.join();
    y.join();
    return a.balance == 110 && b.balance == 90 ? 0 : 1;
}
