// verified or unsupported: a queue whose blocks oneTBB allocates
// packages: libtbb-dev
// check -- -ltbb: unsupported ~ libtbb ~ --one-program
#include <tbb/concurrent_queue.h>
#include <thread>
#include <cassert>
int main() { tbb::concurrent_queue<int> q; std::thread t([&]{ q.push(1); q.push(2); }); int v = 0; while (!q.try_pop(v)) std::this_thread::yield(); assert(v == 1); t.join(); }
