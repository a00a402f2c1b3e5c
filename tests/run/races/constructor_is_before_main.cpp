// expect: clean
// What constructors do is before what main does, and before the threads that it starts.
#include <thread>
#include <vector>

struct Table {
    std::vector<int> values;
    Table() : values(100, 7) {}
} table;

int main() {
    std::thread other([] { table.values[3] += table.values[4]; });
    other.join();
    return table.values[3] != 14;
}
