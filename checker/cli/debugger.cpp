// A replay is the same each time, so the violation is found in two runs: the first counts how often the line of its
// last step is reached, the second stops at the last of these times.
#include "cli/debugger.hpp"

#include <cerrno>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/error.hpp"

namespace heddle::cli {
namespace {

constexpr const char* script = R"(
set pagination off
set confirm off
set breakpoint pending on
set print thread-events off
handle SIGSEGV SIGBUS SIGFPE SIGILL SIGABRT SIGALRM SIGUSR1 nostop noprint pass
python
import gdb
last = gdb.Breakpoint("{0}:{1}")
last.ignore_count = 1 << 30
last.silent = True
gdb.execute("run", to_string=True)
times = last.hit_count
if times == 0:
    print("{0}:{1} is never reached as code of its own; set a breakpoint and run")
else:
    last.hit_count = 0
    last.ignore_count = times - 1
    gdb.execute("run", to_string=True)
    gdb.execute("handle SIGSEGV SIGBUS SIGFPE SIGILL SIGABRT stop print", to_string=True)
    print("The violation's last step: " + """{2}""")
    gdb.execute("frame")
end
)";

/// The last step whose place is known, else a place that the violation names.
SourceSite last_place(const trace::Trace& trace) {
    for (auto step = trace.steps.rbegin(); step != trace.steps.rend(); ++step)
        if (step->site.known()) return step->site;
    for (const trace::Part& part : trace.violation.parts)
        if (part.site.known()) return part.site;
    throw UserError("no step of this trace has a known line of source: nowhere to stop in gdb");
}

/// As the inside of a Python string.
std::string quoted(const std::string& text) {
    std::string quoted;
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c == '\n' ? ' ' : c;
    }
    return quoted;
}

/// The script as a file that lives as long as this process, gdb's included.
std::string script_file(const std::string& text) {
    const int fd = ::memfd_create("heddle-gdb-script", 0);
    if (fd < 0 || ::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        throw InternalError(fmt::format("cannot write gdb's script: {}", std::strerror(errno)));
    return fmt::format("/proc/self/fd/{}", fd);
}

} // namespace

void debug(const std::string& trace_path, const trace::Trace& trace) {
    const SourceSite place = last_place(trace);
    const std::string commands =
        script_file(fmt::format(script, quoted(place.file), place.line, quoted(trace.violation.message)));
    const std::vector<std::string> words{
        "gdb", "-q", "-x", commands, "--args", "/proc/self/exe", "replay", "--quietly-here", trace_path};
    std::vector<char*> argv;
    std::string self(4096, '\0'); // gdb must be told the real path: /proc/self is then its own
    const ssize_t length = ::readlink("/proc/self/exe", self.data(), self.size());
    if (length < 0) throw InternalError("cannot find heddle's own executable");
    self.resize(static_cast<std::size_t>(length));
    for (const std::string& word : words)
        argv.push_back(const_cast<char*>(word == "/proc/self/exe" ? self.c_str() : word.c_str()));
    argv.push_back(nullptr);
    ::execvp("gdb", argv.data());
    throw UserError(fmt::format("cannot start gdb: {}", std::strerror(errno)));
}

} // namespace heddle::cli
