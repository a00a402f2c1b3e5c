#include "native/run.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <new>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/single_threaded.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"
#include "native/accesses.hpp"
#include "native/callbacks.hpp"
#include "native/ending.hpp"
#include "native/forking.hpp"
#include "native/heap.hpp"
#include "native/noise.hpp"
#include "native/outermost.hpp"
#include "native/process.hpp"
#include "native/recorder.hpp"
#include "native/stuck.hpp"
#include "native/sync.hpp"
#include "native/thread.hpp"
#include "process/channel.hpp"
#include "process/child.hpp"
#include "process/processes.hpp"

namespace heddle::native {
namespace {

void redirect(int descriptor, const char* path) {
    const int file = open(path, O_WRONLY);
    if (file < 0) return;
    dup2(file, descriptor);
    close(file);
}

struct Program {
    const program::Module& module;
    const RunEntry& entry;
};

/// Its outermost call: what it throws and does not catch is not heddle's.
void run_outermost(void* given) {
    const auto& [module, entry] = *static_cast<const Program*>(given);
    std::vector<char*> argv;
    for (const std::string& argument : entry.arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    const int count = static_cast<int>(argv.size());
    argv.push_back(nullptr);
    int status = 0;
    try {
        module.run_constructors(count, argv.data(), environ);
        if (entry.pattern) entry.pattern();
        else status = module.main()(count, argv.data(), environ);
    } catch (const abi::__forced_unwind&) {
        // pthread_exit() of the first thread: the program's calls are unwound, and heddle's own must not be. The
        // process ends with its last thread.
        leave_thread(*me);
        while (!no_thread()) usleep(1000);
        begin_ending();
        std::exit(0); // here: what is caught must be thrown on or never be let go
    }
    begin_ending();
    std::exit(status);
}

/// In the process of the run: never returns.
[[noreturn]] void be_the_program(const program::Module& module, const RunEntry& entry, const RunOptions& options, int channel) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) std::signal(signal, SIG_DFL);
    if (options.not_the_programs >= 0) close(options.not_the_programs);
    if (options.output == ProgramOutput::to_stderr) dup2(2, 1);
    if (options.output == ProgramOutput::dropped) redirect(1, "/dev/null"), redirect(2, "/dev/null");
    send_findings_to(channel);
    module_begin = module.begin();
    module_end = module.end();
    recording = options.recording;
    if (options.noise) make_noise(options.seed);
    prepare_thread_ends();
    prepare_forks();
    prepare_ending(options.lingers);
    watch_for_faults();
    answer_where();
    begin_threads();
    me->random ^= options.seed * 0x9e3779b97f4a7c15u;
    begin_recording(*me);
    join_noise(*me);
    prepare_callbacks(module);
    __libc_single_threaded = 0; // or std::shared_ptr would count without atomics
    Program program{module, entry};
    heddle_call_outermost(run_outermost, &program);
}

/// The memory that both processes see, for one run.
class Board {
public:
    Board() {
        void* memory = mmap(nullptr, sizeof(WatchBoard), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED) throw UserError("no memory to watch the run with");
        board = static_cast<WatchBoard*>(memory); // all zero is its first state
    }
    ~Board() {
        munmap(board, sizeof(WatchBoard));
        board = nullptr;
    }
    Board(const Board&) = delete;
};

void take_findings(int pipe, std::vector<Found>& found) {
    for (;;) {
        Found one;
        auto* bytes = reinterpret_cast<char*>(&one);
        std::size_t have = 0;
        while (have < sizeof one) {
            const ssize_t got = read(pipe, bytes + have, sizeof one - have);
            if (got > 0) have += static_cast<std::size_t>(got);
            else if (got < 0 && (errno == EINTR || (errno == EAGAIN && have))) continue;
            else break;
        }
        if (have < sizeof one) return;
        if (found.size() < 1000) found.push_back(one);
    }
}

// --- patterns: a process of its own runs the constructors that register them, unwatched, and says which there are ---

/// What is no text of a pattern.
struct PatternPlace {
    decltype(program::Pattern::body) body;
    decltype(program::Pattern::line) line;
};

void say_patterns(const program::Module& module, const process::Sender& out) {
    redirect(1, "/dev/null"), redirect(2, "/dev/null");
    char name[] = "patterns";
    char* argv[]{name, nullptr};
    module.run_constructors(1, argv, environ);
    for (const program::Pattern& pattern : module.patterns()) {
        for (const std::string* text : {&pattern.name, &pattern.description, &pattern.expected, &pattern.file}) out.send(*text);
        const PatternPlace place{pattern.body, pattern.line};
        out.send({reinterpret_cast<const char*>(&place), sizeof place});
    }
}

void learn_patterns(const program::Module& module) {
    std::vector<std::string> said;
    process::Child child([&](process::Sender out) { say_patterns(module, out); });
    const auto hear = [&](std::string_view text) { said.emplace_back(text); };
    while (child.receive(hear)) {}
    if (child.wait(hear) != 0) throw UserError("the program ends in its static constructors, before its patterns are known");
    for (std::size_t i = 0; i + 5 <= said.size(); i += 5) {
        PatternPlace place;
        if (said[i + 4].size() != sizeof place) break;
        std::memcpy(&place, said[i + 4].data(), sizeof place);
        program::Pattern pattern;
        pattern.name = said[i], pattern.description = said[i + 1], pattern.expected = said[i + 2], pattern.file = said[i + 3];
        pattern.body = place.body, pattern.line = place.line;
        program::Module::add_pattern(pattern);
    }
}

} // namespace

void prepare_runs(const program::Module& module) {
    static bool done = false;
    if (done) return;
    done = true;
    reserve_shadow();
    reserve_places();
    reserve_syncs();
    reserve_blocks();
    bind_libraries();
    prepare_thread_locals(module);
    if (registers_patterns()) learn_patterns(module);
}

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Asks the threads whose wait no hook has noted where they are, for they are going to be ended.
void ask_where(pid_t process, std::vector<StuckThread>& threads) {
    const int signal = board->say_where;
    const auto until = Clock::now() + milliseconds(200);
    for (StuckThread& thread : threads) {
        if (!thread.silent) continue;
        Watched& watched = board->thread[thread.thread];
        watched.said = 0;
        thread.at = {};
        if (!signal || syscall(SYS_tgkill, process, thread.system_id, signal) != 0) continue;
        while (!watched.said && Clock::now() < until) usleep(500);
        if (watched.said) thread.at = watched.at;
    }
}

/// The program has ended; what it has started and left running is ours by now (PR_SET_CHILD_SUBREAPER). Its findings are still taken,
/// for a moment, and then it is ended: nobody would watch it any more, and it would be there a hundred times after as many runs.
/// @return how many there were
std::uint32_t end_what_is_left(int pipe, milliseconds moment, std::vector<Found>& found) {
    const auto until = Clock::now() + moment;
    const auto none_left = [] {
        pid_t ended;
        while ((ended = waitpid(-1, nullptr, WNOHANG)) > 0) {}
        return ended < 0 && errno == ECHILD;
    };
    for (; !none_left() && Clock::now() < until; take_findings(pipe, found)) {
        pollfd file{pipe, POLLIN, 0};
        poll(&file, 1, 10);
    }
    std::uint32_t ended = 0;
    for (unsigned round = 0; !none_left() && round < 1000; ++round, usleep(1000))
        for (const pid_t process : process::children_of(getpid()))
            if (kill(process, SIGKILL) == 0 && round == 0) ++ended;
    take_findings(pipe, found);
    return ended;
}

/// Watches the process of the run until it has ended, or ends it.
class Watch {
public:
    Watch(pid_t process, const RunOptions& options, RunResult& result) : process_(process), options_(options), result_(result) {}

    void until_end(int pipe) {
        const int handle = static_cast<int>(syscall(SYS_pidfd_open, process_, 0));
        StuckDetector detector(process_, options_.hang_after);
        while (!has_ended(WNOHANG)) {
            pollfd files[2] = {{pipe, POLLIN, 0}, {handle, POLLIN, 0}};
            poll(files, handle >= 0 ? 2 : 1, 50);
            if (files[0].revents & POLLHUP) poll(files + 1, handle >= 0 ? 1 : 0, 50);
            take_findings(pipe, result_.found);
            if (has_ended(WNOHANG)) break;
            const auto now = Clock::now();
            result_.stopped = options_.stop && options_.stop->load();
            result_.out_of_time = options_.time_limit.count() && now - begin_ > options_.time_limit;
            result_.stuck = detector.look(*board, now);
            if (!was_ended()) continue;
            if (result_.stuck != Stuck::no) {
                result_.stuck_threads = detector.threads();
                ask_where(process_, result_.stuck_threads);
            }
            kill(process_, SIGKILL);
            has_ended(0);
        }
        if (handle >= 0) close(handle);
        take_findings(pipe, result_.found);
        // Ctrl-C reaches the program as well, and may end it before it is looked at here.
        if (options_.stop && options_.stop->load() && WIFSIGNALED(status_) && (WTERMSIG(status_) == SIGINT || WTERMSIG(status_) == SIGTERM))
            result_.stopped = true;
        result_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
        result_.memory_kib = static_cast<std::uint64_t>(used_.ru_maxrss);
        result_.threads = board->threads.load();
        result_.exited = WIFEXITED(status_) && !was_ended();
        result_.status = result_.exited ? WEXITSTATUS(status_) : 0;
        result_.signal = WIFSIGNALED(status_) ? WTERMSIG(status_) : 0;
    }

    /// From here.
    bool was_ended() const { return result_.stuck != Stuck::no || result_.stopped || result_.out_of_time; }

private:
    bool has_ended(int how) {
        if (ended_) return true;
        pid_t got;
        while ((got = wait4(process_, &status_, how, &used_)) < 0 && errno == EINTR) {}
        return ended_ = got == process_;
    }

    pid_t process_;
    const RunOptions& options_;
    RunResult& result_;
    Clock::time_point begin_ = Clock::now();
    bool ended_ = false;
    int status_ = 0;
    rusage used_{};
};

} // namespace

RunResult run_once(const program::Module& module, const RunEntry& entry, const RunOptions& options) {
    RunResult result;
    const Board shared;
    process::Pipe pipe;
    fcntl(pipe.out(), F_SETFL, O_NONBLOCK);
    std::fflush(nullptr);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    const pid_t process = fork();
    if (process < 0) throw UserError(std::string("cannot start a process: ") + std::strerror(errno));
    if (process == 0) {
        pipe.close_out();
        be_the_program(module, entry, options, pipe.in());
    }
    pipe.close_in();
    Watch watch(process, options, result);
    watch.until_end(pipe.out());
    result.left_running = end_what_is_left(pipe.out(), watch.was_ended() ? milliseconds(0) : options.lingers, result.found);
    return result;
}

} // namespace heddle::native
