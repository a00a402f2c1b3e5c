#include "trace/json.hpp"

#include <unistd.h>

#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

#include "trace/json_value.hpp"

namespace heddle::trace {

Json json_of(const SourceSite& site) {
    if (site == SourceSite{}) return nullptr;
    return {{"file", site.file}, {"line", site.line}, {"column", site.column}, {"function", site.function}};
}

// Hexadecimal text: JSON readers in browsers keep integers as doubles and would lose the low bits.
static std::string hexadecimal(std::uint64_t address) { return fmt::format("{:#x}", address); }

static Json json_of(const WaitsFor& waits) {
    Json json{{"op", word(waits.op)}};
    if (!waits.what.empty()) json["what"] = waits.what;
    if (waits.holder >= 0) json["holder"] = waits.holder;
    return json;
}

/// In the one value that an operation with two has in a document: "0 -> 1".
static constexpr std::string_view between_values = " -> ";

static Json json_of(const Step& step) {
    Json json{{"thread", step.thread}, {"op", word(step.op)}};
    if (!step.order.empty()) json["order"] = step.order;
    if (!step.object.empty()) json["object"] = step.object;
    if (step.address != 0) json["address"] = hexadecimal(step.address);
    if (step.size != 0) json["size"] = step.size;
    if (!step.old_value.empty()) json["value"] = fmt::format("{}{}{}", step.old_value, between_values, step.value), json["old_value"] = step.old_value;
    else if (!step.value.empty()) json["value"] = step.value;
    if (step.reads_from >= 0) json["reads_from"] = step.reads_from;
    if (step.stale) json["stale"] = true;
    if (step.repeat != 1) json["repeat"] = step.repeat;
    if (step.site != SourceSite{}) json["site"] = json_of(step.site);
    if (!step.note.empty()) json["note"] = step.note;
    if (step.waits_for) json["waits_for"] = json_of(*step.waits_for);
    if (!step.call.empty()) json["call"] = step.call;
    if (!step.releases.empty()) json["releases"] = step.releases;
    if (step.stack >= 0) json["stack"] = step.stack;
    for (const auto& [name, value] : step.state) json["state"].push_back({{"name", name}, {"value", value}});
    return json;
}

static Json json_of(const Violation& violation) {
    Json parts = Json::array(), values = Json::array();
    for (const Part& part : violation.parts) {
        parts.push_back({{"thread", part.thread}, {"site", json_of(part.site)}, {"what", part.what}});
        for (const SourceSite& site : part.inside) parts.back()["inside"].push_back(json_of(site));
        for (const SourceSite& site : part.stack) parts.back()["stack"].push_back(json_of(site));
        if (part.waits_for) parts.back()["waits_for"] = json_of(*part.waits_for);
    }
    for (const auto& [name, value] : violation.values) values.push_back({{"name", name}, {"value", value}});
    Json json{{"kind", word(violation.kind)}, {"message", violation.message}, {"parts", parts}, {"values", values}};
    if (!violation.hint.empty()) json["hint"] = violation.hint;
    return json;
}

Json json_of(const InputValue& value) {
    const Input& input = value.input;
    return {{"name", input.name},
            {"type", std::string(name_of(input.type))},
            {"value", to_string(input.type, value.value)},
            {"thread", input.thread},
            {"nth", input.nth}};
}

static Json json_of(const Options& options) {
    return {{"plain", word(options.plain)},
            {"unroll", options.unroll},
            {"spurious_wakeups", options.spurious_wakeups},
            {"check_overflow", options.check_overflow},
            {"any_exit_status", options.any_exit_status}};
}

// ---- reading

SourceSite site_from(const Json& json) {
    SourceSite site;
    if (json.is_null()) return site;
    take(json, "file", site.file);
    take(json, "line", site.line);
    take(json, "column", site.column);
    take(json, "function", site.function);
    return site;
}

SourceSite site_in(const Json& json, const char* name) {
    auto found = json.find(name);
    return found == json.end() ? SourceSite{} : site_from(*found);
}

namespace {

std::uint64_t address_from(const std::string& text) {
    std::uint64_t address = 0;
    const char* end = text.data() + text.size();
    bool prefixed = text.starts_with("0x");
    auto [stop, error] = std::from_chars(text.data() + (prefixed ? 2 : 0), end, address, 16);
    if (error != std::errc{} || stop != end) throw UserError("the address \"" + text + "\" is not a number");
    return address;
}

/// Traces of before have no old value beside the value that says both.
void take_values(const Json& json, Step& step) {
    take(json, "value", step.value);
    take(json, "old_value", step.old_value);
    if (step.op != Op::rmw && step.op != Op::cas) return;
    const std::size_t end = step.old_value.empty() ? step.value.find(between_values) : step.old_value.size();
    if (end == step.value.npos || step.value.compare(end, between_values.size(), between_values) != 0) return;
    step.old_value = step.value.substr(0, end);
    step.value.erase(0, end + between_values.size());
}

void take_waits_for(const Json& json, std::optional<WaitsFor>& into) {
    const auto found = json.find("waits_for");
    if (found == json.end() || found->is_null()) return;
    WaitsFor& waits = into.emplace();
    waits.op = value_named<Op>(found->at("op").get<std::string>(), "kind of step");
    take(*found, "what", waits.what);
    take(*found, "holder", waits.holder);
}

Step step_from(const Json& json) {
    Step step;
    step.thread = json.at("thread").get<int>();
    step.op = value_named<Op>(json.at("op").get<std::string>(), "kind of step");
    take(json, "order", step.order);
    take(json, "object", step.object);
    std::string address = "0x0";
    take(json, "address", address);
    step.address = address_from(address);
    take(json, "size", step.size);
    take_values(json, step);
    take(json, "reads_from", step.reads_from);
    take(json, "stale", step.stale);
    take(json, "repeat", step.repeat);
    step.site = site_in(json, "site");
    take(json, "note", step.note);
    take_waits_for(json, step.waits_for);
    take(json, "call", step.call);
    take(json, "releases", step.releases);
    take(json, "stack", step.stack);
    for (const Json& value : json.value("state", Json::array()))
        step.state.emplace_back(value.at("name").get<std::string>(), value.at("value").get<std::string>());
    return step;
}

Violation violation_from(const Json& json) {
    Violation violation;
    violation.kind = value_named<Verdict>(json.at("kind").get<std::string>(), "verdict");
    take(json, "message", violation.message);
    take(json, "hint", violation.hint);
    for (const Json& part : json.value("parts", Json::array())) {
        violation.parts.push_back({part.at("thread").get<int>(), site_in(part, "site"), part.value("what", ""), {}, {}});
        take_waits_for(part, violation.parts.back().waits_for);
        for (const Json& site : part.value("inside", Json::array())) violation.parts.back().inside.push_back(site_from(site));
        for (const Json& site : part.value("stack", Json::array())) violation.parts.back().stack.push_back(site_from(site));
    }
    for (const Json& value : json.value("values", Json::array()))
        violation.values.emplace_back(value.at("name").get<std::string>(), value.at("value").get<std::string>());
    return violation;
}

template <class T>
Word number_from(const std::string& text) {
    T number{};
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || stop != text.data() + text.size())
        throw UserError("the input value \"" + text + "\" is not a number of its type");
    return Word(number);
}

} // namespace

InputValue input_from(const Json& json) {
    InputValue value;
    value.input.name = json.at("name").get<std::string>();
    const auto type = json.at("type").get<std::string>(), text = json.at("value").get<std::string>();
    const auto known = scalar_named(type);
    if (!known) throw UserError("there is no type of inputs called \"" + type + "\"");
    value.input.type = *known;
    if (*known == Scalar::boolean) value.value = text == "true";
    else value.value = is_signed(*known) ? number_from<std::int64_t>(text) : number_from<std::uint64_t>(text);
    take(json, "thread", value.input.thread);
    take(json, "nth", value.input.nth);
    return value;
}

namespace {

Options options_from(const Json& json, Model model) {
    Options options;
    options.model = model;
    std::string plain = "race";
    take(json, "plain", plain);
    const auto known = named<PlainAccesses>(plain);
    if (!known) throw UserError("\"plain\" must be \"race\", \"shared\" or \"volatile\", not \"" + plain + "\"");
    options.plain = *known;
    take(json, "unroll", options.unroll);
    if (options.unroll == 0) throw UserError("\"unroll\" must be at least 1");
    take(json, "spurious_wakeups", options.spurious_wakeups);
    take(json, "check_overflow", options.check_overflow);
    take(json, "any_exit_status", options.any_exit_status);
    return options;
}

Build build_from(const Json& json) {
    Build build;
    take(json, "sources", build.sources);
    take(json, "compiler", build.compiler);
    take(json, "options", build.options);
    take(json, "arguments", build.arguments);
    return build;
}

// Reports index with these, so a damaged file must not get past here.
void check_references(const Trace& trace) {
    for (const Step& step : trace.steps) {
        if (step.thread < 0) throw UserError("a step has a negative thread number");
        if (step.reads_from < -1 || step.reads_from >= static_cast<int>(trace.steps.size()))
            throw UserError("a step reads from one that does not exist");
        if (step.stack < -1 || step.stack >= static_cast<int>(trace.stacks.size()))
            throw UserError("a step has a call stack that does not exist");
    }
}

} // namespace

Trace trace_from(const Json& json) {
    Trace trace;
    trace.build = build_from(json.value("build", Json::object()));
    take(json, "file", trace.file);
    take(json, "pattern", trace.pattern);
    trace.model = value_named<Model>(json.at("model").get<std::string>(), "memory model");
    trace.options = options_from(json.value("check_options", Json::object()), trace.model);
    trace.violation = violation_from(json.at("violation"));
    for (const Json& input : json.value("inputs", Json::array())) trace.inputs.push_back(input_from(input));
    for (const Json& thread : json.at("threads"))
        trace.threads.push_back({thread.at("id").get<int>(), thread.value("name", ""), site_in(thread, "created_at")});
    for (const Json& step : json.at("steps")) trace.steps.push_back(step_from(step));
    for (const Json& stack : json.value("stacks", Json::array())) {
        auto& calls = trace.stacks.emplace_back();
        for (const Json& site : stack) calls.push_back(site_from(site));
    }
    take(json, "decisions", trace.decisions);
    take(json, "program", trace.program);
    if (const Json stop = json.value("stop", Json()); !stop.is_null())
        trace.stop = Stop{stop.at("thread").get<unsigned>(), stop.at("segment").get<unsigned>(), site_in(stop, "site")};
    take(json, "output", trace.output);
    take(json, "on_real_threads", trace.on_real_threads);
    check_references(trace);
    return trace;
}

namespace {

void check_schema(const Json& json) {
    if (!json.is_object() || !json.contains("schema") || !json.at("schema").is_string())
        throw UserError("it is JSON, but not a trace of heddle");
    auto found = json.at("schema").get<std::string>();
    if (found == schema) return;
    if (found.starts_with("heddle.trace/"))
        throw UserError(fmt::format("it has the format \"{}\", which this heddle does not know (it reads \"{}\")", found, schema));
    throw UserError(fmt::format("it is a \"{}\" document, not a trace", found));
}

} // namespace

Json json_of(const Trace& trace) {
    Json inputs = Json::array(), threads = Json::array(), steps = Json::array(), stacks = Json::array();
    for (const auto& calls : trace.stacks) {
        Json& stack = stacks.emplace_back(Json::array());
        for (const SourceSite& site : calls) stack.push_back(json_of(site));
    }
    for (const InputValue& input : trace.inputs) inputs.push_back(json_of(input));
    for (const Thread& thread : trace.threads)
        threads.push_back({{"id", thread.id}, {"name", thread.name}, {"created_at", json_of(thread.created_at)}});
    for (const Step& step : trace.steps) steps.push_back(json_of(step));
    Json json{{"schema", schema},
              {"file", trace.file},
              {"pattern", trace.pattern},
              {"model", word(trace.model)},
              {"check_options", json_of(trace.options)},
              {"build",
               {{"sources", trace.build.sources},
                {"compiler", trace.build.compiler},
                {"options", trace.build.options},
                {"arguments", trace.build.arguments}}},
              {"violation", json_of(trace.violation)},
              {"inputs", std::move(inputs)},
              {"threads", std::move(threads)},
              {"steps", std::move(steps)},
              {"stacks", std::move(stacks)},
              {"program", trace.program},
              {"decisions", trace.decisions},
              {"output", trace.output}};
    if (trace.stop)
        json["stop"] = {{"thread", trace.stop->thread}, {"segment", trace.stop->segment}, {"site", json_of(trace.stop->site)}};
    if (trace.on_real_threads) json["on_real_threads"] = true;
    return json;
}

std::string to_json(const Trace& trace) { return json_of(trace).dump(1, ' ', false, Json::error_handler_t::replace) + "\n"; }

Trace from_json(std::string_view text) {
    try {
        Json json = Json::parse(text);
        check_schema(json);
        return trace_from(json);
    } catch (const Json::parse_error& error) {
        if (text.find_first_not_of(" \t\r\n") == text.npos) throw UserError("it is empty");
        const bool begins = text[text.find_first_not_of(" \t\r\n")] == '{';
        throw UserError(begins && error.byte >= text.size() ? fmt::format("it is cut short (after {} bytes)", text.size())
                                                            : fmt::format("it is not JSON (byte {})", error.byte));
    } catch (const Json::exception& error) {
        throw UserError(std::string("a field is missing or of the wrong kind: ") + error.what());
    }
}

void write(const Trace& trace, const std::filesystem::path& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), error); // a failure shows when opening
    fs::path beside = path;
    beside += fmt::format(".{}.tmp", ::getpid());
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out << to_json(trace);
    out.close();
    if (out) fs::rename(beside, path, error);
    if (!out || error) {
        std::error_code ignored;
        fs::remove(beside, ignored);
        throw UserError("cannot write the trace " + path.string() + (error ? ": " + error.message() : ""));
    }
}

Trace read(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) throw UserError("there is no trace file " + path.string());
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf(); // nothing to copy would be a failure
    else if (!std::filesystem::is_directory(path, error)) in.clear();
    if (!in || !text) throw UserError("cannot read the trace file " + path.string());
    try {
        return from_json(text.str());
    } catch (const UserError& problem) {
        throw UserError("cannot use the trace " + path.string() + ": " + problem.what());
    }
}

} // namespace heddle::trace
