// verified: the destructor of a global tells its thread to stop and waits for it; what the thread uses lives longer
// check: verified
// run: clean
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

std::vector<std::string> lines; // made first, destroyed last

class Writer {
public:
    ~Writer() {
        {
            std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }
    void write(const std::string& line) {
        std::lock_guard lock(mutex_);
        pending_.push_back(line);
        changed_.notify_one();
    }

private:
    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [this] { return stopped_ || !pending_.empty(); });
            for (std::string& line : pending_) lines.push_back(std::move(line));
            pending_.clear();
            if (stopped_) return;
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> pending_;
    bool stopped_ = false;
    std::thread thread_{[this] { work(); }};
};

Writer writer;

int main() {
    writer.write("begins");
}
