// exception: a task's exception comes out of get, and nobody catches it
// run: exception|killed: Aborted ~ not a number ~ "line": 10
#include <future>
#include <stdexcept>

int parse() { throw std::invalid_argument("not a number"); }

int main() {
    std::future<int> number = std::async(std::launch::async, parse);
    return number.get();
}
