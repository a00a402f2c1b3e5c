#include "cli/result.hpp"

#include <sstream>

#include <fmt/format.h>

#include "core/error.hpp"

namespace heddle::cli {
namespace {

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == text.npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string coloured(const std::string& text, ExitStatus status, bool colour) {
    if (!colour) return text;
    const int code = status == ExitStatus::verified ? 32 : status == ExitStatus::inconclusive ? 33 : 31;
    return fmt::format("\033[{};1m{}\033[0m", code, text);
}

/// A violation that ends the first execution leaves none that is complete.
bool is_found_at_once(const Result& result) {
    const trace::Statistics& s = result.statistics;
    const bool blocked = result.verdict == Verdict::deadlock || result.verdict == Verdict::livelock;
    return exit_status_of(result.verdict) == ExitStatus::violation && s.complete == 0 && s.blocked == (blocked ? 1 : 0);
}

std::string counts_of(const Result& result) {
    const trace::Statistics& s = result.statistics;
    std::string text = is_found_at_once(result) ? fmt::format("1st execution, {:.3f} s", s.seconds)
                                                : fmt::format("{} execution{}, {} blocked, {:.3f} s", s.complete,
                                                              s.complete == 1 ? "" : "s", s.blocked, s.seconds);
    if (s.invariants)
        text += fmt::format("; invariants: {} graphs, {} projections, {} solver calls, {:.3f} s", s.invariants->graphs,
                            s.invariants->projections, s.invariants->solver_calls, s.invariants->solver_seconds);
    return text;
}

Json invariants_json(const trace::InvariantStatistics& i) {
    return {{"graphs", i.graphs},
            {"projections", i.projections},
            {"solver_calls", i.solver_calls},
            {"solver_seconds", i.solver_seconds}};
}

// Bytes that are not UTF-8 (a message of the program) must not make the document invalid.
Json text(const std::string& bytes) {
    return Json::parse(Json(bytes).dump(-1, ' ', false, Json::error_handler_t::replace));
}

} // namespace

ExitStatus status_of(const Result& result) {
    if (result.met()) return ExitStatus::verified;
    return result.verdict == Verdict::verified ? ExitStatus::violation : exit_status_of(result.verdict);
}

Json violation_json(const trace::Violation& violation, const std::vector<trace::Thread>& known) {
    Json threads = Json::array(), values = Json::object();
    for (const trace::Part& part : violation.parts) {
        threads.push_back({{"thread", part.thread},
                           {"file", text(part.site.file)},
                           {"line", part.site.line},
                           {"what", text(part.what)}});
        for (const trace::Thread& thread : known)
            if (thread.id == part.thread && !thread.name.empty()) threads.back()["name"] = text(thread.name);
    }
    for (const auto& [name, value] : violation.values) values[text(name).get<std::string>()] = text(value);
    return {{"message", text(violation.message)}, {"threads", threads}, {"values", values}};
}

Json message_json(const std::string& message) {
    return {{"message", text(message)}, {"threads", Json::array()}, {"values", Json::object()}};
}

Json document_of(const std::vector<Result>& results) {
    Json list = Json::array();
    for (const Result& r : results) {
        list.push_back({{"file", text(r.file)},
                        {"pattern", r.pattern},
                        {"model", std::string(name_of(r.model))},
                        {"verdict", std::string(name_of(r.verdict))},
                        {"expected", std::string(name_of(r.expected))},
                        {"complete", r.statistics.complete},
                        {"blocked", r.statistics.blocked},
                        {"wasted", r.statistics.wasted},
                        {"seconds", r.statistics.seconds},
                        {"violation", r.violation},
                        {"trace", r.trace.empty() ? Json(nullptr) : text(r.trace)}});
        if (r.statistics.invariants) list.back()["invariants"] = invariants_json(*r.statistics.invariants);
    }
    return {{"schema", "heddle.check/1"}, {"results", list}};
}

std::string summary_line(const Result& r, bool colour) {
    const std::string name = r.pattern == "main" ? r.file : fmt::format("{}: {}", r.file, r.pattern);
    std::string line = fmt::format("{}  {}  {}", coloured(std::string(name_of(r.verdict)), status_of(r), colour), name,
                                   name_of(r.model));
    if (r.verdict != Verdict::build_error && r.verdict != Verdict::failed) line += "  " + counts_of(r);
    if (!r.met() && r.expected != Verdict::verified) line += fmt::format("  (expected: {})", name_of(r.expected));
    else if (r.met() && r.verdict != Verdict::verified) line += "  (as expected)";
    return line;
}

Json to_message(const Result& r) {
    return {{"kind", "result"},
            {"file", text(r.file)},
            {"pattern", r.pattern},
            {"model", static_cast<int>(r.model)},
            {"verdict", static_cast<int>(r.verdict)},
            {"expected", static_cast<int>(r.expected)},
            {"complete", r.statistics.complete},
            {"blocked", r.statistics.blocked},
            {"wasted", r.statistics.wasted},
            {"native_runs", r.statistics.native_runs},
            {"native_operations", r.statistics.native_operations},
            {"revisits", r.statistics.revisits},
            {"seconds", r.statistics.seconds},
            {"invariants", r.statistics.invariants ? invariants_json(*r.statistics.invariants) : Json(nullptr)},
            {"reason", text(r.reason)},
            {"violation", r.violation},
            {"trace", text(r.trace)},
            {"report", text(r.report)}};
}

Result from_message(const Json& m) {
    Result r;
    r.file = m.at("file");
    r.pattern = m.at("pattern");
    r.model = static_cast<Model>(m.at("model").get<int>());
    r.verdict = static_cast<Verdict>(m.at("verdict").get<int>());
    r.expected = static_cast<Verdict>(m.at("expected").get<int>());
    r.statistics.complete = m.at("complete");
    r.statistics.blocked = m.at("blocked");
    r.statistics.wasted = m.at("wasted");
    r.statistics.native_runs = m.at("native_runs");
    r.statistics.native_operations = m.at("native_operations");
    r.statistics.revisits = m.at("revisits");
    r.statistics.seconds = m.at("seconds");
    if (const Json& i = m.at("invariants"); !i.is_null())
        r.statistics.invariants = {i.at("graphs"), i.at("projections"), i.at("solver_calls"), i.at("solver_seconds")};
    r.reason = m.at("reason");
    r.violation = m.at("violation");
    r.trace = m.at("trace");
    r.report = m.at("report");
    return r;
}

Verdict expected_verdict(const std::string& text, Model model, const std::string& pattern) {
    const auto verdict = [&](const std::string& name) {
        if (const auto found = verdict_named(name)) return *found;
        throw UserError(fmt::format("the pattern {} expects \"{}\", which is no verdict", pattern, name));
    };
    if (trimmed(text).empty()) return Verdict::verified;
    if (text.find(':') == text.npos) return verdict(trimmed(text));
    Verdict expected = Verdict::verified;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        const std::size_t colon = part.find(':');
        const auto of = colon == part.npos ? std::nullopt : named<Model>(trimmed(part.substr(0, colon)));
        if (!of)
            throw UserError(
                fmt::format("the pattern {} expects \"{}\", which names no memory model", pattern, trimmed(part)));
        const Verdict given = verdict(trimmed(part.substr(colon + 1)));
        if (*of == model) expected = given;
    }
    return expected;
}

} // namespace heddle::cli
