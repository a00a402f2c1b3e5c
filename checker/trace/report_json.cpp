// A document tells of a finding what a tool wants to know of it: message, threads with their places, values. Between processes
// a result is the same entry, and beside it what a document leaves out: its findings whole.
#include "trace/report_json.hpp"

#include <vector>

#include "trace/json_value.hpp"

namespace heddle::trace {
namespace {

constexpr const char* nothing_found = "nothing-found"; ///< how runs call what for an exploration is verified

std::string schema_of(Command command) { return fmt::format("heddle.{}/1", name_of(command)); }

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

// ---- findings, as documents tell them

Json frames(const std::vector<SourceSite>& sites) {
    Json all = Json::array();
    for (const SourceSite& site : sites) all.push_back({{"file", site.file}, {"line", site.line}, {"function", site.function}});
    return all;
}

std::vector<SourceSite> frames_from(const Json& json, const char* name) {
    std::vector<SourceSite> sites;
    for (const Json& frame : json.value(name, Json::array())) sites.push_back(site_from(frame));
    return sites;
}

Json violation_json(const Trace& trace) {
    Json threads = Json::array(), values = Json::object();
    for (const Part& part : trace.violation.parts) {
        Json& told = threads.emplace_back(
            Json{{"thread", part.thread}, {"file", part.site.file}, {"line", part.site.line}, {"what", part.what}});
        if (trace.on_real_threads) {
            told["inside"] = frames(part.inside);
            told["stack"] = frames(part.stack);
            continue;
        }
        for (const Thread& thread : trace.threads)
            if (thread.id == part.thread && !thread.name.empty()) told["name"] = thread.name;
    }
    for (const auto& [name, value] : trace.violation.values) values[name] = value;
    return {{"message", trace.violation.message}, {"threads", threads}, {"values", values}};
}

void take_violation(const Json& json, Trace& trace) {
    take(json, "message", trace.violation.message);
    for (const Json& told : json.value("threads", Json::array())) {
        Part& part = trace.violation.parts.emplace_back();
        take(told, "thread", part.thread);
        take(told, "file", part.site.file);
        take(told, "line", part.site.line);
        take(told, "what", part.what);
        part.inside = frames_from(told, "inside");
        part.stack = frames_from(told, "stack");
        if (told.contains("name")) trace.threads.push_back({part.thread, told.at("name").get<std::string>(), {}});
    }
    const Json values = json.value("values", Json::object()); // items() does not keep it
    for (const auto& [name, value] : values.items())
        trace.violation.values.emplace_back(name, value.get<std::string>());
}

Json message_json(const std::string& message) {
    return {{"message", message}, {"threads", Json::array()}, {"values", Json::object()}};
}

// ---- explorations

Json json_of(const InvariantStatistics& i) {
    return {{"graphs", i.graphs},
            {"projections", i.projections},
            {"solver_calls", i.solver_calls},
            {"solver_seconds", i.solver_seconds}};
}

/// What it cost, for who wants to make it cheaper.
Json effort_json(const Statistics& s) {
    return {{"by_failure_order", s.by_failure_order}, {"native_runs", s.native_runs},   {"native_operations", s.native_operations},
            {"revisits", s.revisits},                 {"solver_calls", s.solver_calls}, {"solver_seconds", s.solver_seconds}};
}

Json json_of(const Result& r, const Exploration& exploration) {
    const Statistics& s = exploration.statistics;
    const Finding* finding = r.findings.empty() ? nullptr : &r.findings.front();
    const bool verified = r.verdict == Verdict::verified;
    Json json{{"file", r.file},
              {"pattern", r.pattern},
              {"model", word(exploration.model)},
              {"verdict", word(r.verdict)},
              {"expected", word(r.expected)},
              {"complete", s.complete},
              {"blocked", s.blocked},
              {"wasted", s.wasted},
              {"seconds", s.seconds},
              {"violation", finding ? violation_json(finding->trace) : verified ? Json(nullptr) : message_json(r.reason)},
              {"trace", finding ? or_null(finding->saved) : Json(nullptr)},
              {"effort", effort_json(s)}};
    json["explored"] = s.states ? "states" : "graphs";
    if (s.states) json["states"] = s.states, json["state_bytes"] = s.state_bytes;
    if (s.invariants) json["invariants"] = json_of(*s.invariants);
    return json;
}

void take_exploration(const Json& json, Result& r) {
    Exploration exploration;
    exploration.model = value_named<Model>(json.at("model").get<std::string>(), "memory model");
    Statistics& s = exploration.statistics;
    take(json, "complete", s.complete);
    take(json, "blocked", s.blocked);
    take(json, "wasted", s.wasted);
    if (json.contains("states")) s.states = json.at("states"), take(json, "state_bytes", s.state_bytes);
    take(json, "seconds", s.seconds);
    const Json effort = json.value("effort", Json::object());
    take(effort, "by_failure_order", s.by_failure_order);
    take(effort, "native_runs", s.native_runs);
    take(effort, "native_operations", s.native_operations);
    take(effort, "revisits", s.revisits);
    take(effort, "solver_calls", s.solver_calls);
    take(effort, "solver_seconds", s.solver_seconds);
    if (json.contains("invariants")) {
        const Json& i = json.at("invariants");
        s.invariants = {i.at("graphs"), i.at("projections"), i.at("solver_calls"), i.at("solver_seconds")};
    }
    r.of = exploration;
    const Json violation = json.value("violation", Json());
    if (violation.is_null()) return;
    take(violation, "message", r.reason);
    if (exit_status_of(r.verdict) != ExitStatus::violation) return;
    Finding& finding = r.findings.emplace_back();
    finding.trace.violation.kind = r.verdict;
    take_violation(violation, finding.trace);
    take(json, "trace", finding.saved);
}

// ---- runs on real threads

Json json_of(const Result& r, const Runs& runs) {
    Json findings = Json::array(), endings = Json::object();
    for (const Finding& finding : r.findings) {
        if (!finding.seen) continue;
        Json one{{"verdict", word(finding.trace.violation.kind)}, {"runs", finding.seen->runs}, {"seed", finding.seen->first_seed}};
        one.update(violation_json(finding.trace));
        findings.push_back(one);
    }
    for (const auto& [ending, times] : runs.endings) endings[ending] = times;
    Json json{{"file", r.file},
              {"pattern", r.pattern},
              {"verdict", r.verdict == Verdict::verified ? Json(nothing_found) : word(r.verdict)},
              {"expected", word(r.expected)},
              {"runs", runs.runs},
              {"clean", runs.clean},
              {"seed", runs.seed},
              {"seconds", runs.seconds},
              {"memory_kib", runs.memory_kib},
              {"findings", findings},
              {"endings", endings},
              {"suppressed", runs.suppressed},
              {"left_running", runs.left_running},
              {"limits", runs.limits},
              {"recording", or_null(runs.recording)}};
    if (!r.reason.empty()) json["reason"] = r.reason;
    return json;
}

void take_runs(const Json& json, Result& r) {
    Runs runs;
    take(json, "runs", runs.runs);
    take(json, "clean", runs.clean);
    take(json, "seed", runs.seed);
    take(json, "seconds", runs.seconds);
    take(json, "memory_kib", runs.memory_kib);
    take(json, "suppressed", runs.suppressed);
    take(json, "left_running", runs.left_running);
    take(json, "limits", runs.limits);
    take(json, "recording", runs.recording);
    const Json endings = json.value("endings", Json::object());
    for (const auto& [ending, times] : endings.items())
        runs.endings[ending] = times.get<std::uint64_t>();
    for (const Json& told : json.value("findings", Json::array())) {
        Finding& finding = r.findings.emplace_back();
        finding.trace.on_real_threads = true;
        finding.trace.violation.kind = value_named<Verdict>(told.at("verdict").get<std::string>(), "verdict");
        take_violation(told, finding.trace);
        Seen& seen = finding.seen.emplace();
        take(told, "runs", seen.runs);
        take(told, "seed", seen.first_seed);
    }
    take(json, "reason", r.reason);
    r.of = std::move(runs);
}

// ---- predictions

Json json_of(const Foretold& foretold, const Finding& finding) {
    const std::vector<std::string> names = distinct_names(foretold.inputs);
    Json inputs = Json::array();
    for (std::size_t i = 0; i < foretold.inputs.size(); ++i) {
        const InputValue& value = foretold.inputs[i];
        inputs.push_back({{"name", names[i]},
                          {"type", std::string(name_of(value.input.type))},
                          {"value", to_string(value.input.type, value.value)}});
    }
    return {{"kind", word(finding.trace.violation.kind)},
            {"confirmed", foretold.confirmed},
            {"certain", foretold.certain},
            {"prediction", foretold.sentence},
            {"reason", foretold.reason},
            {"sites", frames(foretold.sites)},
            {"inputs", inputs},
            {"violation", foretold.confirmed ? violation_json(finding.trace) : Json(nullptr)},
            {"trace", or_null(finding.saved)}};
}

void take_foretold(const Json& json, Finding& finding) {
    Foretold& foretold = finding.foretold.emplace();
    finding.trace.violation.kind = value_named<Verdict>(json.at("kind").get<std::string>(), "verdict");
    take(json, "confirmed", foretold.confirmed);
    take(json, "certain", foretold.certain);
    take(json, "prediction", foretold.sentence);
    take(json, "reason", foretold.reason);
    foretold.sites = frames_from(json, "sites");
    for (const Json& input : json.value("inputs", Json::array())) foretold.inputs.push_back(input_from(input));
    if (const Json violation = json.value("violation", Json()); !violation.is_null()) take_violation(violation, finding.trace);
    take(json, "trace", finding.saved);
}

Json json_of(const Result& r, const Forecast& f) {
    Json findings = Json::array();
    for (const Finding& finding : r.findings)
        if (finding.foretold) findings.push_back(json_of(*finding.foretold, finding));
    return {{"findings", findings},
            {"looked_at",
             {{"events", f.events},
              {"windows", f.windows},
              {"smallest_window", f.smallest_window},
              {"largest_window", f.largest_window},
              {"pairs", f.pairs},
              {"conditions", f.conditions},
              {"suggestions", f.suggestions},
              {"solver_calls", f.solver_calls},
              {"solver_seconds", f.solver_seconds},
              {"seconds", f.seconds}}},
            {"not_looked_at",
             {{"pairs_too_far_apart", f.pairs_too_far_apart},
              {"pairs_without_answer", f.pairs_without_answer},
              {"events_left_out", f.events_left_out},
              {"events_lost", f.events_lost},
              {"conditions_lost", f.conditions_lost},
              {"conditions_without_answer", f.conditions_without_answer},
              {"operations_on_inputs_cut", f.operations_on_inputs_cut},
              {"suggestions_not_executed", f.suggestions_not_executed},
              {"out_of_time", f.out_of_time}}}};
}

void take_forecast(const Json& json, Result& r) {
    Forecast& f = r.forecast.emplace();
    const Json looked_at = json.value("looked_at", Json::object()), missing = json.value("not_looked_at", Json::object());
    take(looked_at, "events", f.events);
    take(looked_at, "windows", f.windows);
    take(looked_at, "smallest_window", f.smallest_window);
    take(looked_at, "largest_window", f.largest_window);
    take(looked_at, "pairs", f.pairs);
    take(looked_at, "conditions", f.conditions);
    take(looked_at, "suggestions", f.suggestions);
    take(looked_at, "solver_calls", f.solver_calls);
    take(looked_at, "solver_seconds", f.solver_seconds);
    take(looked_at, "seconds", f.seconds);
    take(missing, "pairs_too_far_apart", f.pairs_too_far_apart);
    take(missing, "pairs_without_answer", f.pairs_without_answer);
    take(missing, "events_left_out", f.events_left_out);
    take(missing, "events_lost", f.events_lost);
    take(missing, "conditions_lost", f.conditions_lost);
    take(missing, "conditions_without_answer", f.conditions_without_answer);
    take(missing, "operations_on_inputs_cut", f.operations_on_inputs_cut);
    take(missing, "suggestions_not_executed", f.suggestions_not_executed);
    take(missing, "out_of_time", f.out_of_time);
    for (const Json& told : json.value("findings", Json::array())) take_foretold(told, r.findings.emplace_back());
}

// ---- replays

Json json_of(const Result& r, const Replay& replay) {
    const Finding* finding = r.findings.empty() ? nullptr : &r.findings.front();
    return {{"file", r.file},
            {"pattern", r.pattern},
            {"model", word(replay.model)},
            {"verdict", word(r.verdict)},
            {"expected", word(r.expected)},
            {"same", replay.same},
            {"changed", replay.changed},
            {"violation", finding ? violation_json(finding->trace) : message_json(r.reason)}};
}

void take_replay(const Json& json, Result& r) {
    Replay replay;
    replay.model = value_named<Model>(json.at("model").get<std::string>(), "memory model");
    take(json, "same", replay.same);
    take(json, "changed", replay.changed);
    r.of = replay;
    const Json violation = json.value("violation", Json::object());
    take(violation, "message", r.reason);
    if (exit_status_of(r.verdict) != ExitStatus::violation) return;
    Finding& finding = r.findings.emplace_back();
    finding.trace.violation.kind = r.verdict;
    take_violation(violation, finding.trace);
}

// ---- results

Json entry_of(const Result& r) {
    struct {
        const Result& r;
        Json operator()(const Exploration& exploration) const { return json_of(r, exploration); }
        Json operator()(const Replay& replay) const { return json_of(r, replay); }
        Json operator()(const Runs& runs) const {
            Json json = json_of(r, runs);
            if (r.forecast) json["predicted"] = json_of(r, *r.forecast);
            return json;
        }
        Json operator()(const Recorded&) const { return json_of(r, r.forecast.value_or(Forecast{})); }
    } const encode{r};
    return std::visit(encode, r.of);
}

Verdict verdict_from(const Json& json) {
    const auto name = json.at("verdict").get<std::string>();
    return name == nothing_found ? Verdict::verified : value_named<Verdict>(name, "verdict");
}

Result entry_from(Command command, const Json& json) {
    Result r;
    if (command == Command::prediction) { // the document of one recording: what program it is of, it does not say
        take_forecast(json, r);
        r.of = Recorded{};
        return r;
    }
    r.file = json.at("file").get<std::string>();
    r.pattern = json.at("pattern").get<std::string>();
    r.verdict = verdict_from(json);
    r.expected = value_named<Verdict>(json.at("expected").get<std::string>(), "verdict");
    if (command == Command::check) take_exploration(json, r);
    if (command == Command::replay) take_replay(json, r);
    if (command != Command::run) return r;
    take_runs(json, r);
    if (json.contains("predicted")) take_forecast(json.at("predicted"), r);
    return r;
}

Command command_of(const Result& r) {
    if (std::holds_alternative<Exploration>(r.of)) return Command::check;
    if (std::holds_alternative<Runs>(r.of)) return Command::run;
    return std::holds_alternative<Recorded>(r.of) ? Command::prediction : Command::replay;
}

/// What an entry leaves out of a finding.
Json whole(const Finding& finding) {
    Json json{{"trace", json_of(finding.trace)},
              {"saved", finding.saved},
              {"not_saved", finding.not_saved},
              {"race", {finding.race.first, finding.race.second}}};
    if (finding.seen) json["seen"] = {finding.seen->runs, finding.seen->first_seed};
    if (!finding.foretold) return json;
    json["foretold"] = json_of(*finding.foretold, finding);
    for (const InputValue& value : finding.foretold->inputs) json["inputs"].push_back(trace::json_of(value));
    return json;
}

Finding whole_from(const Json& json) {
    Finding finding;
    if (json.contains("foretold")) {
        take_foretold(json.at("foretold"), finding);
        finding.foretold->inputs.clear();
        for (const Json& input : json.value("inputs", Json::array())) finding.foretold->inputs.push_back(input_from(input));
    }
    finding.trace = trace_from(json.at("trace"));
    take(json, "saved", finding.saved);
    take(json, "not_saved", finding.not_saved);
    finding.race = {json.at("race").at(0).get<std::uint64_t>(), json.at("race").at(1).get<std::uint64_t>()};
    if (json.contains("seen"))
        finding.seen = {json.at("seen").at(0).get<std::uint64_t>(), json.at("seen").at(1).get<std::uint64_t>()};
    return finding;
}

} // namespace

std::string to_json(const Report& report, int indent) {
    Json document{{"schema", schema_of(report.command)}};
    if (report.command == Command::prediction) {
        if (!report.results.empty()) document.update(entry_of(report.results.front()));
    } else {
        document["results"] = Json::array();
        for (const Result& result : report.results) document["results"].push_back(entry_of(result));
    }
    return document.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Report report_from_json(std::string_view text) {
    try {
        const Json document = Json::parse(text);
        const std::string schema = document.is_object() ? document.value("schema", "") : "";
        Report report;
        for (const Name<Command>& command : names<Command>) {
            if (schema != schema_of(command.value)) continue;
            report.command = command.value;
            if (command.value == Command::prediction) report.results.push_back(entry_from(command.value, document));
            else
                for (const Json& entry : document.at("results")) report.results.push_back(entry_from(command.value, entry));
            return report;
        }
        throw UserError(fmt::format("it is no report (\"{}\")", schema));
    } catch (const Json::exception& error) {
        throw UserError(std::string("it is no report: ") + error.what());
    }
}

std::string to_bytes(const Result& result) {
    Json json{{"command", word(command_of(result))}, {"entry", entry_of(result)}, {"file", result.file}, {"pattern", result.pattern},
              {"verdict", word(result.verdict)}, {"expected", word(result.expected)}, {"reason", result.reason},
              {"diagnostics", result.diagnostics}, {"next", result.next}};
    for (const Finding& finding : result.findings) json["findings"].push_back(whole(finding));
    if (const auto* runs = std::get_if<Runs>(&result.of)) json["noise"] = runs->noise, json["stopped"] = runs->stopped;
    if (const auto* recorded = std::get_if<Recorded>(&result.of)) json["recording"] = recorded->recording;
    if (result.forecast) json["complete"] = result.forecast->complete;
    // Unlike JSON's text this carries any bytes.
    const std::vector<std::uint8_t> bytes = Json::to_cbor(json);
    return {bytes.begin(), bytes.end()};
}

Result result_from_bytes(std::string_view bytes) {
    const Json json = Json::from_cbor(bytes.begin(), bytes.end());
    Result result = entry_from(value_named<Command>(json.at("command").get<std::string>(), "command"), json.at("entry"));
    result.file = json.at("file").get<std::string>();
    result.pattern = json.at("pattern").get<std::string>();
    result.verdict = verdict_from(json);
    result.expected = value_named<Verdict>(json.at("expected").get<std::string>(), "verdict");
    result.reason = json.at("reason").get<std::string>();
    take(json, "diagnostics", result.diagnostics);
    take(json, "next", result.next);
    result.findings.clear(); // those of the entry have no traces
    for (const Json& finding : json.value("findings", Json::array())) result.findings.push_back(whole_from(finding));
    if (auto* runs = std::get_if<Runs>(&result.of)) take(json, "noise", runs->noise), take(json, "stopped", runs->stopped);
    if (auto* recorded = std::get_if<Recorded>(&result.of)) take(json, "recording", recorded->recording);
    if (result.forecast) take(json, "complete", result.forecast->complete);
    return result;
}

} // namespace heddle::trace
