// exception: a static destructor throws, after main
// run: exception|killed: Aborted ~ closed twice ~ "line": 6
#include <stdexcept>

struct Log {
    ~Log() noexcept(false) { throw std::runtime_error("closed twice"); }
} log_of_all;

int main() {}
