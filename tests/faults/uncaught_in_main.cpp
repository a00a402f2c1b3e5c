// exception: an exception leaves main
// check: exception ~ boom
// run: exception|killed: Aborted ~ an exception of type std::runtime_error is not caught: boom ~ "line": 7
// not: bug of heddle
#include <stdexcept>

int main() { throw std::runtime_error("boom"); }
