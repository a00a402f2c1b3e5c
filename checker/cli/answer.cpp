#include "cli/answer.hpp"

#include <fmt/format.h>

#include "cli/stop.hpp"
#include "process/death.hpp"
#include "process/pool.hpp"

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

} // namespace

Answer answer_of_process(const std::function<Answer()>& work, std::chrono::milliseconds limit) {
    Answer answer;
    bool answered = false;
    process::Limits limits;
    limits.time = limit;
    limits.grace = std::chrono::milliseconds(0);
    process::Child child([&](process::Sender out) {
        try {
            answer = work();
        } catch (const std::exception& problem) {
            answer.reason = problem.what();
        }
        out.send(to_json(answer).dump(-1, ' ', false, Json::error_handler_t::replace));
    });
    const process::Ended ended = process::attend(std::move(child), limits, stop_flag(), [&](std::string_view bytes) {
        const Json json = Json::parse(bytes, nullptr, false);
        if (json.is_discarded()) return;
        answer = answer_from(json);
        answered = true;
    });
    if (answered) return answer;
    answer.reason = ended.why == process::Why::by_itself
                        ? fmt::format("its execution ended with {}", process::death_of(ended.status))
                        : "its execution took too long";
    return answer;
}

} // namespace heddle::cli
