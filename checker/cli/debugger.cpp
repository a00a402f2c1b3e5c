// The replay calls a function of its own where the violation's last step is near: in the hook of the second access of a race,
// whose caller then is the place; for every other step before what its thread does from its last operation to that step, in
// which the step's line is reached for the first time just there. (How often a line was reached before says little: other
// threads execute it too.)
#include "cli/debugger.hpp"

#include <cerrno>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/printable.hpp"

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
gdb.Breakpoint("heddle_replay_segment").silent = True
gdb.Breakpoint("heddle_replay_access").silent = True
def here():
    try:
        return gdb.selected_frame().name()
    except gdb.error:
        return None
def is_place(frame):
    table = frame.find_sal().symtab
    return table is not None and table.fullname() == "{0}"
gdb.execute("run", to_string=True)
if here() == "heddle_replay_segment":
    place = gdb.Breakpoint("{0}:{1}", temporary=True)
    place.silent = True
    gdb.execute("continue", to_string=True)
if here() == "heddle_replay_access":
    frame = gdb.selected_frame()
    while frame is not None and not is_place(frame):
        frame = frame.older()
    if frame is not None:
        frame.select()
for breakpoint in gdb.breakpoints():
    breakpoint.delete()
if here() is None:
    print("{0}:{1} is never reached as code of its own; set a breakpoint and run")
else:
    gdb.execute("handle SIGSEGV SIGBUS SIGFPE SIGILL SIGABRT stop print", to_string=True)
    print("The violation's last step: " + """{2}""")
    gdb.execute("frame")
end
)";

/// As the inside of a Python string.
std::string quoted(const std::string& text) {
    std::string quoted;
    for (const char c : printable_line(text)) {
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
    if (!trace.stop || !trace.stop->site.known())
        throw UserError("no step of this trace has a known line of source (or an older heddle made it): nowhere to stop in gdb");
    const SourceSite& place = trace.stop->site;
    const std::string commands =
        script_file(fmt::format(script, quoted(place.file), place.line, quoted(trace.violation.message)));
    const std::vector<std::string> words{
        "gdb", "-q", "-x", commands, "--args", "/proc/self/exe", "replay", "--trust", "--quietly-here", trace_path};
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
