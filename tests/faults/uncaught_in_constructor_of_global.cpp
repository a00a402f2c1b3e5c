// exception: a static constructor throws
// run: exception|killed: Aborted ~ no configuration ~ "line": 7
// not: bug of heddle
#include <stdexcept>

struct Configuration {
    Configuration() { throw std::runtime_error("no configuration"); }
} configuration;

int main() {}
