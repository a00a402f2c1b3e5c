// std::binary_semaphore: begins with more than its largest value
// check: misuse
// run: misuse
#include <semaphore>
std::binary_semaphore s(2);
int main() { s.acquire(); }
