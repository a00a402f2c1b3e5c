// data-race: std::string assigned and copied at once; seen with the default -std=c++20, missed with -- -std=c++17
// check: data-race
// check -- -std=c++17: data-race ~ s = "hello" ~ r = s
#include <string>
#include <thread>
std::string s = "x", r;
int main(){ std::thread a([]{ s = "hello"; }); std::thread b([]{ r = s; }); a.join(); b.join(); }
