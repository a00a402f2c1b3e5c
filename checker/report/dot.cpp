#include "report/dot.hpp"

#include <map>

#include <fmt/format.h>

#include "core/printable.hpp"
#include "report/printable_trace.hpp"
#include "report/step_text.hpp"
#include "report/told.hpp"

namespace heddle::report {

namespace {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : printable_line(text)) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

class Graph {
public:
    Graph(const trace::Trace& trace, std::size_t number) : trace_(trace), number_(number) {}

    std::string text(const std::string& title) {
        out_ = fmt::format("  subgraph cluster_{} {{\n    label={};\n", number_, quoted(title));
        std::map<int, std::vector<std::size_t>> threads;
        for (std::size_t i = 0; i < trace_.steps.size(); ++i) threads[trace_.steps[i].thread].push_back(i);
        for (const auto& [thread, steps] : threads) column(thread, steps);
        out_ += "  }\n";
        for (std::size_t i = 0; i < trace_.steps.size(); ++i) edges_to(i);
        return std::move(out_);
    }

private:
    std::string node(std::size_t step) const { return fmt::format("s{}_{}", number_, step + 1); }

    void column(int thread, const std::vector<std::size_t>& steps) {
        out_ += fmt::format("    subgraph cluster_{}_{} {{\n      label={}; color=gray;\n", number_, thread, quoted(thread_label(trace_, thread)));
        for (const std::size_t i : steps) {
            const trace::Step& step = trace_.steps[i];
            const bool wrong = step.op == trace::Op::violation || step.op == trace::Op::blocked;
            out_ += fmt::format("      {} [label={}{}];\n", node(i), quoted(fmt::format("{}: {}", i + 1, step_text(trace_, i).head)),
                                wrong ? ", color=red, penwidth=2" : "");
        }
        for (std::size_t i = 1; i < steps.size(); ++i) out_ += fmt::format("      {} -> {};\n", node(steps[i - 1]), node(steps[i]));
        out_ += "    }\n";
    }

    void edges_to(std::size_t i) {
        const trace::Step& step = trace_.steps[i];
        if (step.reads_from >= 0 && std::size_t(step.reads_from) < trace_.steps.size())
            out_ += fmt::format("  {} -> {} [color=blue, fontcolor=blue, label=\"rf\", constraint=false{}];\n", node(std::size_t(step.reads_from)), node(i),
                                step.stale ? ", style=dashed" : "");
        // The first step of a thread comes after the one that created it: the last create before it that names it.
        if (first_of(step.thread) != i) return;
        const std::string wanted = std::to_string(step.thread);
        for (std::size_t before = i; before-- > 0;)
            if (trace_.steps[before].op == trace::Op::create && trace_.steps[before].value == wanted) {
                out_ += fmt::format("  {} -> {} [style=dotted];\n", node(before), node(i));
                return;
            }
    }

    std::size_t first_of(int thread) const {
        std::size_t i = 0;
        while (trace_.steps[i].thread != thread) ++i;
        return i;
    }

    const trace::Trace& trace_;
    std::size_t number_;
    std::string out_;
};

} // namespace

std::string dot_report(const trace::Report& report, const TextStyle&) {
    std::string text = "digraph heddle {\n  node [shape=box, fontname=\"monospace\"];\n";
    std::size_t number = 0;
    for (const Told& one : told(report)) {
        if (!one.finding) continue;
        const trace::Trace trace = printable(one.finding->trace);
        text += Graph(trace, ++number).text(fmt::format("{}: {}: {}", title_of(*one.result), name_of(one.kind), one.message));
    }
    return text + "}\n";
}

} // namespace heddle::report
