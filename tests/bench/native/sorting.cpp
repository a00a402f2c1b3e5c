// Recursion and memory that passes between threads by creation and joining: a merge sort, four threads at a time.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <vector>

constexpr int size = 1 << 22;

void merge(int* numbers, int* scratch, int half, int count) {
    int left = 0, right = half, out = 0;
    while (left < half && right < count) scratch[out++] = numbers[left] <= numbers[right] ? numbers[left++] : numbers[right++];
    while (left < half) scratch[out++] = numbers[left++];
    while (right < count) scratch[out++] = numbers[right++];
    for (int i = 0; i < count; ++i) numbers[i] = scratch[i];
}

/// With a thread for one half, `forks` levels deep.
void sort(int* numbers, int* scratch, int count, int forks) {
    if (count < 2) return;
    const int half = count / 2;
    if (forks > 0) {
        std::thread other([=] { sort(numbers, scratch, half, forks - 1); });
        sort(numbers + half, scratch + half, count - half, forks - 1);
        other.join();
    } else {
        sort(numbers, scratch, half, 0);
        sort(numbers + half, scratch + half, count - half, 0);
    }
    merge(numbers, scratch, half, count);
}

int main() {
    std::vector<int> numbers(size), scratch(size);
    std::uint32_t random = 1;
    for (int& x : numbers) {
        random = random * 1664525 + 1013904223;
        x = static_cast<int>(random >> 8);
    }
    sort(numbers.data(), scratch.data(), size, 2);
    std::printf("%s\n", std::is_sorted(numbers.begin(), numbers.end()) ? "sorted" : "not sorted");
}
