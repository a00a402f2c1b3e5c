// std::mutex: unlocked when nobody holds it
// check: misuse
// run: misuse
#include <mutex>
std::mutex m;
int main() { m.unlock(); }
