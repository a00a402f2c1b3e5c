// expect: race
#include <ctime>
#include <thread>

char first[2];

int main() {
    const auto show = [](int at) {
        const std::time_t now = at;
        std::tm parts{};
        parts.tm_mday = 1 + static_cast<int>(now);
        first[at] = *std::asctime(&parts);
    };
    std::thread one(show, 0), two(show, 1);
    one.join();
    two.join();
}
