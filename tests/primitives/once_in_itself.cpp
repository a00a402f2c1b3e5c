// std::call_once: calls itself
// check: deadlock
#include <mutex>
std::once_flag f;
void init() { std::call_once(f, init); }
int main() { std::call_once(f, init); }
