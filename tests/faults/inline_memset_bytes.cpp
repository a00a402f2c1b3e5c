// data-race: g++ expands both calls without hooks
// check: data-race ~ std::memset(g,0,4) ~ g[1] = 2
// run: data-race
#include <thread>
#include <cstring>
char g[8];
int main() { std::thread t([]{ std::memset(g,0,4); }), u([]{ g[1] = 2; }); t.join(); u.join(); }
