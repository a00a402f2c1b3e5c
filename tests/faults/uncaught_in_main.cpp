// exception: an exception leaves main
// check: exception ~ boom
#include <stdexcept>

int main() { throw std::runtime_error("boom"); }
