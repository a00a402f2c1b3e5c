#include "cli/apart.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/worker.hpp"
#include "core/error.hpp"
#include "program/compile.hpp"

namespace heddle::cli {
namespace {

ExitStatus explained(const std::function<ExitStatus()>& work) {
    try {
        return work();
    } catch (const program::BuildError& refused) {
        fmt::print(stderr, "{}heddle: {}\n", refused.diagnostics, refused.what());
    } catch (const UserError& problem) {
        fmt::print(stderr, "heddle: {}\n", problem.what());
    } catch (const std::exception& bug) {
        fmt::print(stderr, "heddle: a bug of heddle itself: {}\n", bug.what());
        return ExitStatus::internal_error;
    }
    return ExitStatus::bad_input;
}

} // namespace

ExitStatus apart(const std::function<ExitStatus()>& work) {
    std::fflush(nullptr);
    const pid_t process = ::fork();
    if (process < 0) throw InternalError(fmt::format("cannot start a process: {}", std::strerror(errno)));
    if (process == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const ExitStatus status = explained(work);
        std::fflush(nullptr);
        ::_exit(static_cast<int>(status));
    }
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status)) return static_cast<ExitStatus>(WEXITSTATUS(status));
    throw InternalError(fmt::format("the process of the program ended with {}", death_of(status)));
}

} // namespace heddle::cli
