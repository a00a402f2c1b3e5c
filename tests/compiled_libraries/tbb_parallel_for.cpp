// verified or unsupported: oneTBB has threads and atomics of its own
// packages: libtbb-dev
// check -- -ltbb: unsupported ~ libtbb ~ --one-program
#include <tbb/parallel_for.h>
#include <tbb/blocked_range.h>
#include <atomic>
int main() { std::atomic<int> sum{0};
 tbb::parallel_for(tbb::blocked_range<int>(0, 4), [&](const tbb::blocked_range<int>& r) { for (int i = r.begin(); i != r.end(); ++i) sum += i; });
 return sum == 6 ? 0 : 1; }
