// std::jthread: a consumer that waits for work or a stop request
// check: verified
// run: clean
#include <condition_variable>
#include <mutex>
#include <queue>
#include <stop_token>
#include <thread>
std::mutex m;
std::condition_variable_any cv;
std::queue<int> q;
int sum;
int main() {
    std::jthread worker([](std::stop_token st) {
        std::unique_lock l(m);
        while (cv.wait(l, st, [] { return !q.empty(); })) {
            sum += q.front();
            q.pop();
        }
    });
    {
        std::lock_guard g(m);
        q.push(1);
    }
    cv.notify_one();
    worker.request_stop();
    worker.join();
    return sum <= 1 ? 0 : 1;
}
