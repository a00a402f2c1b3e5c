#include <atomic>
#include <stdexcept>
#include <thread>

std::atomic<int> budget = 1;

void spend() {
    if (budget.fetch_sub(1) < 1) throw std::runtime_error("nothing is left");
}

int main() {
    std::thread one(spend), two(spend);
    one.join();
    two.join();
}
