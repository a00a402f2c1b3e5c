// verified; data-race with -- -DBUG: two workers, two tasks, packaged_task and futures (not finished after 60 s today)
// check: verified
// check -- -DBUG: data-race
// within: 120
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>
class ThreadPool {
  std::mutex m; std::condition_variable cv; std::queue<std::function<void()>> tasks; bool stop = false; std::vector<std::thread> workers;
public:
  explicit ThreadPool(unsigned n) { for (unsigned i = 0; i < n; ++i) workers.emplace_back([this]{ for (;;) { std::function<void()> t; { std::unique_lock l(m); cv.wait(l, [this]{ return stop || !tasks.empty(); }); if (stop && tasks.empty()) return; t = std::move(tasks.front()); tasks.pop(); } t(); } }); }
  template <class F> auto submit(F f) -> std::future<decltype(f())> { auto p = std::make_shared<std::packaged_task<decltype(f())()>>(std::move(f)); auto r = p->get_future(); { std::lock_guard l(m); tasks.emplace([p]{ (*p)(); }); } cv.notify_one(); return r; }
  ~ThreadPool() {
#ifdef BUG
    stop = true;
#else
    { std::lock_guard l(m); stop = true; }
#endif
    cv.notify_all(); for (auto& w : workers) w.join(); }
};
#include <cassert>
int main() { ThreadPool p(2); auto a = p.submit([]{ return 20; }); auto b = p.submit([]{ return 22; }); assert(a.get() + b.get() == 42); }
