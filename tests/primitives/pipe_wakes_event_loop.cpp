// poll: an event loop that is woken through a pipe
// check: verified
// run: clean
#include <functional>
#include <mutex>
#include <poll.h>
#include <queue>
#include <thread>
#include <unistd.h>
class Loop {
    int wake[2];
    std::mutex m;
    std::queue<std::function<void()>> q;
    bool stop = false;

public:
    Loop() {
        if (pipe(wake)) throw 1;
    }
    ~Loop() {
        close(wake[0]);
        close(wake[1]);
    }
    void post(std::function<void()> f) {
        {
            std::lock_guard g(m);
            q.push(std::move(f));
        }
        char c = 1;
        if (write(wake[1], &c, 1) != 1) throw 2;
    }
    void run() {
        for (;;) {
            pollfd p{wake[0], POLLIN, 0};
            if (poll(&p, 1, -1) < 0) return;
            char c;
            if (read(wake[0], &c, 1) != 1) return;
            std::function<void()> f;
            {
                std::lock_guard g(m);
                f = std::move(q.front());
                q.pop();
            }
            if (!f) return;
            f();
        }
    }
};
int main() {
    Loop l;
    int n = 0;
    std::thread t([&] { l.run(); });
    l.post([&] { ++n; });
    l.post(nullptr);
    t.join();
    return n - 1;
}
