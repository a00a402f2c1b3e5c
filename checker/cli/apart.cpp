#include "cli/apart.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/stop.hpp"
#include "core/error.hpp"
#include "core/printable.hpp"
#include "process/death.hpp"
#include "process/pool.hpp"
#include "program/compile.hpp"

namespace heddle::cli {
namespace {

ExitStatus explained(const std::function<ExitStatus(process::Sender)>& work, process::Sender out) {
    try {
        return work(out);
    } catch (const program::BuildError& refused) {
        fmt::print(stderr, "{}heddle: {}\n", refused.diagnostics, refused.what());
    } catch (const UserError& problem) {
        fmt::print(stderr, "heddle: {}\n", printable(problem.what()));
    } catch (const std::exception& bug) {
        fmt::print(stderr, "heddle: a bug of heddle itself: {}\n", bug.what());
        return ExitStatus::internal_error;
    }
    return ExitStatus::bad_input;
}

} // namespace

ExitStatus apart(const std::function<ExitStatus(process::Sender)>& work, const std::function<void(std::string_view)>& heard) {
    process::Limits limits;
    limits.asleep = std::chrono::seconds(10);
    limits.silent = std::chrono::seconds(60);
    process::Child child([&](process::Sender out) {
        const ExitStatus status = explained(work, out);
        std::fflush(nullptr);
        ::_exit(static_cast<int>(status));
    });
    const process::Ended ended = process::attend(std::move(child), limits, stop_flag(), heard);
    if (ended.why != process::Why::by_itself) {
        fmt::print(stderr, "heddle: the program did not come back from a call, or from a loop, and was ended\n");
        return ExitStatus::inconclusive;
    }
    if (WIFEXITED(ended.status)) return static_cast<ExitStatus>(WEXITSTATUS(ended.status));
    throw InternalError(fmt::format("the process of the program ended with {}", process::death_of(ended.status)));
}

} // namespace heddle::cli
