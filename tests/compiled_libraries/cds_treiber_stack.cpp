// verified or unsupported: libcds keeps a pthread key that its constructor made
// packages: libcds-dev
// check -- -lcds -std=c++17: unsupported ~ libcds ~ --one-program
#include <cds/init.h>
#include <cds/gc/hp.h>
#include <cds/container/treiber_stack.h>
#include <thread>
int main() { cds::Initialize(); { cds::gc::HP hp; cds::threading::Manager::attachThread(); 
 cds::container::TreiberStack<cds::gc::HP, int> s; std::thread t([&]{ cds::threading::Manager::attachThread(); s.push(1); cds::threading::Manager::detachThread(); }); s.push(2); t.join(); int v; s.pop(v); cds::threading::Manager::detachThread(); } cds::Terminate(); }
