// verified or unsupported: threads of Boost.Thread, counted by atomics in its library
// packages: libboost-thread-dev
// check -- -lboost_thread -lboost_system: unsupported ~ libboost_thread ~ --one-program
#include <boost/thread.hpp>
int main() { boost::mutex m; int n = 0; auto f = [&]{ boost::lock_guard<boost::mutex> g(m); ++n; }; boost::thread a(f), b(f); a.join(); b.join(); return n == 2 ? 0 : 1; }
