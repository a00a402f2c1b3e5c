// verified: a table of abseil's under a std::mutex
// packages: libabsl-dev
// check -- -labsl_hash -labsl_raw_hash_set -labsl_city -labsl_low_level_hash: verified
#include <absl/container/flat_hash_map.h>
#include <mutex>
#include <thread>
int main() { absl::flat_hash_map<int,int> h; std::mutex m; auto f = [&](int k){ std::lock_guard g(m); h[k] = k; }; std::thread a(f, 1), b(f, 2); a.join(); b.join(); return h.size() == 2 ? 0 : 1; }
