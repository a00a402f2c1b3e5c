// deadlock: the initialiser asks for what it initialises
// check: deadlock ~ has begun
#include <mutex>

std::once_flag once;

void initialise() { std::call_once(once, initialise); }

int main() { std::call_once(once, initialise); }
