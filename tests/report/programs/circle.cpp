#include <mutex>
#include <thread>

std::mutex accounts, log_file, cache;

void write_back() {
    std::lock_guard first(cache);
    std::lock_guard second(accounts);
}

void book() {
    std::lock_guard first(accounts);
    std::lock_guard second(log_file);
}

void rotate() {
    std::lock_guard first(log_file);
    std::lock_guard second(cache);
}

int main() {
    std::thread a(write_back), b(book), c(rotate);
    a.join();
    b.join();
    c.join();
}
