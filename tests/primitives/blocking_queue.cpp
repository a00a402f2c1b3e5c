// std::condition_variable: a bounded queue that is closed
// check: verified
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>
template <class T>
class BlockingQueue {
    std::mutex m;
    std::condition_variable ne, nf;
    std::deque<T> q;
    size_t cap;
    bool closed = false;

public:
    explicit BlockingQueue(size_t c) : cap(c) {}
    bool push(T v) {
        std::unique_lock l(m);
        nf.wait(l, [&] { return q.size() < cap || closed; });
        if (closed) return false;
        q.push_back(std::move(v));
        ne.notify_one();
        return true;
    }
    std::optional<T> pop() {
        std::unique_lock l(m);
        ne.wait(l, [&] { return !q.empty() || closed; });
        if (q.empty()) return {};
        T v = std::move(q.front());
        q.pop_front();
        nf.notify_one();
        return v;
    }
    void close() {
        std::lock_guard g(m);
        closed = true;
        ne.notify_all();
        nf.notify_all();
    }
};
int main() {
    BlockingQueue<int> q(1);
    int s = 0;
    std::thread c([&] {
        while (auto v = q.pop()) s += *v;
    });
    q.push(1);
    q.push(2);
    q.close();
    c.join();
    return s - 3;
}
