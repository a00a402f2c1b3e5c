// memory: a thread reads what it has just deleted
// check: memory ~ after it has freed it ~ delete n
#include <thread>
struct N { int v = 1; N* next = nullptr; };
int sum;
int main() { N* n = new N; std::thread t([&]{ delete n; sum += n->v; }); t.join(); }
