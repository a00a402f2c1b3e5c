// verified: W workers, N items (-- -DW=3 -DN=3); graphs: 192, 3,544, 68,288 for W=2; 6,660, 344,808, more than 1.4 million for W=3
// check -- -DW=2 -DN=2: verified
// check -- -DW=2 -DN=3: verified
// within: 120
#include <condition_variable>
#include <mutex>
#include <thread>
#include <deque>
#include <vector>
std::mutex m; std::condition_variable cv; std::deque<int> q; bool stop=false;
int main() {
  std::vector<std::thread> w;
  int got[W] = {};
  for (int i = 0; i < W; ++i) w.emplace_back([&,i]{ for (;;) { std::unique_lock l(m); cv.wait(l, []{ return stop || !q.empty(); }); if (q.empty()) return; got[i] += q.front(); q.pop_front(); } });
  for (int i = 1; i <= N; ++i) { { std::lock_guard l(m); q.push_back(i); } cv.notify_one(); }
  { std::lock_guard l(m); stop = true; } cv.notify_all();
  for (auto& t : w) t.join();
}
