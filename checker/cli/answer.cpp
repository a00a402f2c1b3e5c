#include "cli/answer.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

#include "cli/stop.hpp"
#include "cli/worker.hpp"
#include "core/error.hpp"

namespace heddle::cli {
namespace {

Json to_json(const Answer& a) {
    Json lines = Json::array();
    for (const auto& [file, line] : a.lines) lines.push_back({{"file", file}, {"line", line}});
    return {{"violation", a.violation}, {"verdict", int(a.verdict)}, {"reason", a.reason},
            {"report", a.report},       {"trace", a.trace},          {"shown", a.shown},
            {"one", a.race.first},      {"other", a.race.second},    {"lines", lines},
            {"inputs", a.inputs},       {"found_nothing", a.found_nothing}};
}

Answer answer_from(const Json& j) {
    Answer a;
    a.violation = j.at("violation"), a.verdict = Verdict(j.at("verdict").get<int>()), a.reason = j.at("reason");
    a.report = j.at("report"), a.trace = j.at("trace"), a.shown = j.at("shown");
    a.race = {j.at("one"), j.at("other")}, a.found_nothing = j.at("found_nothing");
    a.inputs = j.at("inputs");
    for (const Json& line : j.at("lines")) a.lines.emplace_back(line.at("file"), line.at("line"));
    return a;
}

/// Everything the other process writes until it closes; less when the time is over.
std::string read_all(int fd, std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    std::string text;
    char buffer[65536];
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd waiting{fd, POLLIN, 0};
        const int ready = ::poll(&waiting, 1, int(std::max<std::int64_t>(0, left.count())));
        if (ready < 0 && errno == EINTR) {
            if (stop_flag()) return text;
            continue;
        }
        if (ready <= 0) return text;
        const ssize_t n = ::read(fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return text;
        text.append(buffer, std::size_t(n));
    }
}

} // namespace

Answer answer_of_process(const std::function<Answer()>& work, std::chrono::milliseconds limit) {
    Answer answer;
    int ends[2];
    std::fflush(nullptr);
    if (::pipe(ends) != 0) throw InternalError("no pipe for a confirmation");
    const pid_t process = ::fork();
    if (process < 0) throw InternalError(fmt::format("cannot start a process: {}", std::strerror(errno)));
    if (process == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::close(ends[0]);
        try {
            answer = work();
        } catch (const std::exception& problem) {
            answer.reason = problem.what();
        }
        const std::string text = to_json(answer).dump(-1, ' ', false, Json::error_handler_t::replace);
        for (std::size_t done = 0; done < text.size();) {
            const ssize_t n = ::write(ends[1], text.data() + done, text.size() - done);
            if (n < 0 && errno != EINTR) break;
            done += std::size_t(std::max<ssize_t>(n, 0));
        }
        ::_exit(0);
    }
    ::close(ends[1]);
    const std::string text = read_all(ends[0], limit);
    ::close(ends[0]);
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) ::kill(process, SIGKILL); // out of time, or dead already
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    if (!json.is_discarded()) return answer_from(json);
    answer.reason = text.empty() && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
                        ? "its execution took too long"
                        : fmt::format("its execution ended with {}", death_of(status));
    return answer;
}

} // namespace heddle::cli
