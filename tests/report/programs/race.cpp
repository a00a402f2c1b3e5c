#include <mutex>
#include <thread>

struct Account {
    std::mutex guard;
    int balance = 100;
};

void deposit(Account& account, int amount) {
    std::lock_guard lock(account.guard);
    account.balance += amount;
}

void charge(Account& account, int amount) {
    account.balance -= amount;
}

int main() {
    Account account;
    std::thread salary([&] { deposit(account, 50); });
    std::thread shop([&] { charge(account, 20); });
    salary.join();
    shop.join();
}
