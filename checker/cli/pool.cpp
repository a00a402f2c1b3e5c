#include "cli/pool.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <optional>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/stop.hpp"
#include "core/error.hpp"

namespace heddle::cli {
namespace {

struct Worker {
    std::size_t target = 0;
    pid_t process = 0;
    int pipe = -1;
    std::string unread; ///< the beginning of a line
    std::string phase;
    Outcome outcome;
};

class Pool {
public:
    Pool(const std::vector<Target>& targets, const CheckPlan& plan, const PoolEvents& events)
        : targets_(targets), plan_(plan), events_(events), outcomes_(targets.size()) {
        name_traces();
    }

    void run(unsigned jobs) {
        while (next_ < targets_.size() || !workers_.empty()) {
            while (!stop_flag() && workers_.size() < jobs && next_ < targets_.size()) start(next_++);
            if (stop_flag()) stop();
            if (!workers_.empty()) wait();
            publish();
        }
    }

private:
    /// Traces are named after the file; two files of one name get numbers.
    void name_traces() {
        std::set<std::string> taken;
        for (const Target& target : targets_) {
            const std::string stem = std::filesystem::path(target.name).stem().string();
            std::string name = stem;
            for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}-{}", stem, i);
            stems_.push_back(name);
        }
    }

    void start(std::size_t target) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw InternalError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
        std::fflush(nullptr);
        const pid_t process = ::fork();
        if (process < 0) throw InternalError(fmt::format("cannot start a process: {}", std::strerror(errno)));
        if (process == 0) {
            ::close(ends[0]);
            become_worker(target, ends[1]);
        }
        ::close(ends[1]);
        workers_.push_back({target, process, ends[0], {}, {}, {}});
    }

    [[noreturn]] void become_worker(std::size_t target, int out) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const rlimit no_core{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_core);
        // Whatever the program prints outside of an execution (in a static constructor), stdout is heddle's.
        if (const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC); nothing >= 0) {
            ::dup2(nothing, 0);
            ::dup2(nothing, 1);
        }
        try {
            check_program(targets_[target], plan_, stems_[target], MessageWriter(out));
        } catch (const std::exception& bug) {
            for (Result& result : unchecked(targets_[target], plan_, Verdict::inconclusive, bug.what())) {
                result.error = bug.what();
                MessageWriter(out).send(to_message(result));
            }
        }
        ::_exit(0);
    }

    void stop() {
        for (const Worker& worker : workers_) pass_on_stop(worker.process);
        for (; next_ < targets_.size(); ++next_)
            outcomes_[next_] =
                Outcome{unchecked(targets_[next_], plan_, Verdict::inconclusive, "stopped before it was checked"), {}};
    }

    /// Until a worker has said something or ended, or a signal has come.
    void wait() {
        std::vector<pollfd> fds;
        for (const Worker& worker : workers_) fds.push_back({worker.pipe, POLLIN, 0});
        // A signal may come just before: then the next look at the flag is not far.
        if (::poll(fds.data(), fds.size(), 500) < 0) return;
        for (std::size_t i = fds.size(); i-- > 0;)
            if (fds[i].revents && !read_from(workers_[i])) finish(i);
    }

    bool read_from(Worker& worker) {
        char buffer[65536];
        const ssize_t n = ::read(worker.pipe, buffer, sizeof buffer);
        if (n <= 0) return n < 0 && errno == EINTR;
        worker.unread.append(buffer, static_cast<std::size_t>(n));
        std::size_t begin = 0;
        for (std::size_t end; (end = worker.unread.find('\n', begin)) != std::string::npos; begin = end + 1)
            hear(worker, Json::parse(worker.unread.substr(begin, end - begin)));
        worker.unread.erase(0, begin);
        return true;
    }

    void hear(Worker& worker, const Json& message) {
        const std::string kind = message.at("kind");
        if (kind == "result") worker.outcome.results.push_back(from_message(message));
        else if (kind == "user-error") worker.outcome.user_errors.push_back(message.at("message"));
        else if (kind == "phase") worker.phase = message.at("name");
        else if (kind == "progress" && events_.progress)
            events_.progress(
                fmt::format("{}  {} executions, {} blocked, {:.1f} s", message.at("what").get<std::string>(),
                            message.at("complete").get<std::uint64_t>(), message.at("blocked").get<std::uint64_t>(),
                            message.at("seconds").get<double>()));
    }

    void finish(std::size_t index) {
        Worker worker = std::move(workers_[index]);
        workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(index));
        ::close(worker.pipe);
        int status = 0;
        while (::waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
        }
        if (status != 0) explain_death(worker, status);
        outcomes_[worker.target] = std::move(worker.outcome);
    }

    void explain_death(Worker& worker, int status) {
        const Target& target = targets_[worker.target];
        const bool loading = worker.phase == "loading"; // then the program's own static constructors were running
        const std::string reason =
            loading ? fmt::format("a static constructor of the program ended it: {}", death_of(status))
                    : fmt::format("{} the program ended with {}", worker.phase, death_of(status));
        for (Result& result : unchecked(target, plan_, loading ? Verdict::crash : Verdict::inconclusive, reason)) {
            if (!loading) result.error = reason;
            worker.outcome.results.push_back(std::move(result));
        }
    }

    void publish() {
        for (; published_ < targets_.size() && outcomes_[published_]; ++published_)
            events_.done(targets_[published_], std::move(*outcomes_[published_]));
    }

    const std::vector<Target>& targets_;
    const CheckPlan& plan_;
    const PoolEvents& events_;
    std::vector<std::string> stems_;
    std::vector<Worker> workers_;
    std::vector<std::optional<Outcome>> outcomes_;
    std::size_t next_ = 0, published_ = 0;
};

} // namespace

void check_all(const std::vector<Target>& targets, const CheckPlan& plan, unsigned jobs, const PoolEvents& events) {
    Pool(targets, plan, events).run(jobs);
}

} // namespace heddle::cli
