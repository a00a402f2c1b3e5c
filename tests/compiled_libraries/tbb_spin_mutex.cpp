// verified or unsupported: locks in headers, blocks from the library
// packages: libtbb-dev
// check -- -ltbb: unsupported ~ libtbb ~ --one-program
#include <tbb/spin_mutex.h>

#include <tbb/concurrent_hash_map.h>
#include <thread>
int main() { tbb::spin_mutex m; int n = 0; auto f = [&]{ tbb::spin_mutex::scoped_lock l(m); ++n; }; std::thread a(f), b(f); a.join(); b.join(); 
 tbb::concurrent_hash_map<int,int> h; std::thread c([&]{ tbb::concurrent_hash_map<int,int>::accessor a; h.insert(a, 1); a->second = 2; }); { tbb::concurrent_hash_map<int,int>::accessor a; h.insert(a, 1); a->second = 3; } c.join(); return n == 2 ? 0 : 1; }
