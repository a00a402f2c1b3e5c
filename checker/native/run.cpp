#include "native/run.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <new>

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
#include "native/process.hpp"
#include "native/recorder.hpp"
#include "native/stuck.hpp"
#include "native/sync.hpp"
#include "native/thread.hpp"

namespace heddle::native {
namespace {

void redirect(int descriptor, const char* path) {
    const int file = open(path, O_WRONLY);
    if (file < 0) return;
    dup2(file, descriptor);
    close(file);
}

/// In the process of the run: never returns.
[[noreturn]] void be_the_program(const program::Module& module, const RunEntry& entry, const RunOptions& options, int channel) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
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
    begin_threads();
    me->random ^= options.seed * 0x9e3779b97f4a7c15u;
    begin_recording(*me);
    join_noise(*me);
    prepare_callbacks(module);
    __libc_single_threaded = 0; // or std::shared_ptr would count without atomics
    std::vector<char*> argv;
    for (const std::string& argument : entry.arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    const int count = static_cast<int>(argv.size());
    argv.push_back(nullptr);
    int status = 0;
    if (entry.pattern) {
        module.run_constructors(count, argv.data(), environ);
        entry.pattern();
    } else {
        try {
            module.run_constructors(count, argv.data(), environ);
            status = module.main()(count, argv.data(), environ);
        } catch (const abi::__forced_unwind&) {
            // pthread_exit() of the first thread: the program's calls are unwound, and heddle's own must not be. The
            // process ends with its last thread.
            leave_thread(*me);
            while (!no_thread()) usleep(1000);
            begin_ending();
            std::exit(0); // here: what is caught must be thrown on or never be let go
        }
    }
    begin_ending();
    std::exit(status);
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

class Pipe {
public:
    Pipe() {
        if (pipe2(ends_, O_CLOEXEC) != 0) throw UserError("cannot make a pipe");
        // Out of the way of the program's own descriptors.
        const int high = fcntl(ends_[1], F_DUPFD_CLOEXEC, 900);
        if (high >= 0) close(ends_[1]), ends_[1] = high;
        fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    }
    ~Pipe() {
        close(ends_[0]);
        if (ends_[1] >= 0) close(ends_[1]);
    }
    Pipe(const Pipe&) = delete;
    int in() const { return ends_[1]; }
    int out() const { return ends_[0]; }
    void close_in() {
        close(ends_[1]);
        ends_[1] = -1;
    }

private:
    int ends_[2];
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

void put(std::FILE* out, const std::string& text) {
    const std::size_t size = text.size();
    std::fwrite(&size, sizeof size, 1, out);
    std::fwrite(text.data(), 1, size, out);
}
bool get(std::FILE* in, std::string& text) {
    std::size_t size = 0;
    if (std::fread(&size, sizeof size, 1, in) != 1) return false;
    text.resize(size);
    return std::fread(text.data(), 1, size, in) == size;
}

void learn_patterns(const program::Module& module) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw UserError("cannot make a pipe");
    std::fflush(nullptr);
    const pid_t process = fork();
    if (process == 0) {
        redirect(1, "/dev/null"), redirect(2, "/dev/null");
        char name[] = "patterns";
        char* argv[]{name, nullptr};
        module.run_constructors(1, argv, environ);
        std::FILE* out = fdopen(ends[1], "w");
        for (const program::Pattern& pattern : module.patterns()) {
            for (const std::string* text : {&pattern.name, &pattern.description, &pattern.expected, &pattern.file}) put(out, *text);
            std::fwrite(&pattern.body, sizeof pattern.body, 1, out);
            std::fwrite(&pattern.line, sizeof pattern.line, 1, out);
        }
        std::fflush(out);
        _exit(0);
    }
    close(ends[1]);
    if (process < 0) throw UserError("cannot start a process");
    std::FILE* in = fdopen(ends[0], "r");
    for (program::Pattern pattern; get(in, pattern.name) && get(in, pattern.description) && get(in, pattern.expected) && get(in, pattern.file);) {
        if (std::fread(&pattern.body, sizeof pattern.body, 1, in) != 1 || std::fread(&pattern.line, sizeof pattern.line, 1, in) != 1) break;
        program::Module::add_pattern(pattern);
    }
    std::fclose(in);
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {}
    if (status != 0) throw UserError("the program ends in its static constructors, before its patterns are known");
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

RunResult run_once(const program::Module& module, const RunEntry& entry, const RunOptions& options) {
    using Clock = std::chrono::steady_clock;
    RunResult result;
    const Board shared;
    Pipe pipe;
    std::fflush(nullptr);
    const auto begin = Clock::now();
    const pid_t process = fork();
    if (process < 0) throw UserError(std::string("cannot start a process: ") + std::strerror(errno));
    if (process == 0) {
        close(pipe.out());
        be_the_program(module, entry, options, pipe.in());
    }
    pipe.close_in();
    const int handle = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
    StuckDetector detector(options.hang_after);
    int status = 0;
    rusage used{};
    for (bool ended = false; !ended;) {
        pollfd files[2] = {{pipe.out(), POLLIN, 0}, {handle, POLLIN, 0}};
        poll(files, handle >= 0 ? 2 : 1, 50);
        if (files[0].revents & POLLHUP) poll(files + 1, handle >= 0 ? 1 : 0, 50);
        take_findings(pipe.out(), result.found);
        ended = wait4(process, &status, WNOHANG, &used) == process;
        if (ended) break;
        const auto now = Clock::now();
        result.stopped = options.stop && options.stop->load();
        result.out_of_time = options.time_limit.count() && now - begin > options.time_limit;
        result.stuck = detector.look(*board, now);
        if (result.stuck == Stuck::no && !result.stopped && !result.out_of_time) continue;
        if (result.stuck != Stuck::no) result.stuck_threads = detector.threads();
        kill(process, SIGKILL);
        while (wait4(process, &status, 0, &used) < 0 && errno == EINTR) {}
        ended = true;
    }
    if (handle >= 0) close(handle);
    take_findings(pipe.out(), result.found);
    // Ctrl-C reaches the program as well, and may end it before it is looked at here.
    if (options.stop && options.stop->load() && WIFSIGNALED(status) && (WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM))
        result.stopped = true;
    result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    result.memory_kib = static_cast<std::uint64_t>(used.ru_maxrss);
    result.threads = board->threads.load();
    result.exited = WIFEXITED(status) && result.stuck == Stuck::no && !result.stopped && !result.out_of_time;
    result.status = result.exited ? WEXITSTATUS(status) : 0;
    result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return result;
}

} // namespace heddle::native
