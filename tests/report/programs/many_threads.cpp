#include <atomic>
#include <cassert>
#include <thread>
#include <vector>

std::atomic<int> seats = 7;

bool take() {
    int left = seats.load();
    if (left == 0) return false;
    seats.store(left - 1);
    return true;
}

int main() {
    std::vector<std::thread> guests;
    std::atomic<int> seated = 0;
    for (int i = 0; i < 8; ++i)
        guests.emplace_back([&] { seated += take(); });
    for (auto& guest : guests) guest.join();
    assert(seated <= 7);
}
