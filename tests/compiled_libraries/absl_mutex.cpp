// verified or unsupported: absl::Mutex is atomics and futexes (a false race once)
// packages: libabsl-dev
// check -- -labsl_synchronization -labsl_base: unsupported ~ libabsl_synchronization ~ --one-program
#include <absl/synchronization/mutex.h>
#include <thread>
int main() { absl::Mutex m; int n = 0; auto f = [&]{ absl::MutexLock l(&m); ++n; }; std::thread a(f), b(f); a.join(); b.join(); return n == 2 ? 0 : 1; }
