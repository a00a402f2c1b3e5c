// Explores each pattern of C++ files by graphs and by states, and says where the two differ: in the outcomes of complete executions
// (what the program's `out` holds), or in the verdict.
//
//   compare FILE…       exit status 1 when any pattern differs
#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>

#include <fmt/format.h>

#include "execution/entry_point.hpp"
#include "program/module.hpp"
#include "search/explorer.hpp"
#include "states/explorer.hpp"
#include "unit/program_in_child.hpp"

using namespace heddle;
using namespace heddle::execution;

namespace {

constexpr unsigned words = 8; ///< of `out`

struct Answer {
    std::set<std::vector<std::uint64_t>> outcomes;
    std::set<std::string> verdicts;
    std::uint64_t explored = 0;
    std::string end;
};

std::uint64_t address_of_out(const program::Module& module) {
    for (const auto& segment : module.segments())
        for (std::uint64_t from = reinterpret_cast<std::uint64_t>(segment.start), address = from; address < from + segment.size; address += 8)
            if (module.symbols().object_at(address).rfind("out", 0) == 0) return address;
    throw std::runtime_error("the program has no `out`");
}

std::vector<std::uint64_t> outcome(const Execution& execution, std::uint64_t out) {
    std::vector<std::uint64_t> values;
    for (unsigned i = 0; i < words; ++i) {
        const Cell* const cell = execution.memory().find(out + 8 * i);
        values.push_back(cell ? execution.memory().value_of(*cell) : 0);
    }
    return values;
}

Answer by_graphs(runtime::Machine& machine, Needs& needs, const Options& options, std::uint64_t out) {
    const StopFlag stop{false};
    Answer answer;
    const auto none = with_needs([&] {
        answer = {};
        Execution execution(machine, options, needs);
        trace::Statistics statistics;
        search::Explorer explorer(execution, options, statistics, stop, {});
        explorer.on_violation = [&](const Violation& violation) { return answer.verdicts.insert(std::string(name_of(violation.kind))), true; };
        explorer.on_graph = [&] {
            if (property::diagnose(execution).outcome == property::Outcome::complete) answer.outcomes.insert(outcome(execution, out));
        };
        explorer.run();
        answer.explored = statistics.complete + statistics.blocked;
        return true;
    });
    if (none) answer.end = none->reason;
    return answer;
}

Answer by_states(runtime::Machine& machine, Needs& needs, const Options& options, std::uint64_t out) {
    const StopFlag stop{false};
    Answer answer;
    const auto none = with_needs([&] {
        answer = {};
        Execution execution(machine, options, needs);
        trace::Statistics statistics;
        states::Explorer explorer(execution, options, statistics, stop);
        explorer.on_violation = [&](const Violation& violation) { answer.verdicts.insert(std::string(name_of(violation.kind))); };
        explorer.on_complete = [&] { answer.outcomes.insert(outcome(execution, out)); };
        try {
            explorer.run();
            if (!explorer.rounds().empty()) answer.verdicts.insert("livelock");
        } catch (const states::OutOfReach& reason) {
            answer.end = reason.what();
        }
        answer.explored = statistics.states;
        return true;
    });
    if (none) answer.end = none->reason;
    return answer;
}

std::string told(const Answer& answer) {
    std::string text = fmt::format("{} outcomes, {} explored{}", answer.outcomes.size(), answer.explored, answer.end.empty() ? "" : ", " + answer.end);
    for (const std::string& verdict : answer.verdicts) text += ", " + verdict;
    return text;
}

bool compare(const std::string& file, std::ostream& out) {
    std::ifstream source(file);
    const tests::Library library(std::string(std::istreambuf_iterator<char>(source), {}), ".cpp");
    const std::string problems = tests::in_child([&](std::ostream& problem) {
        program::Module module(library.path());
        const std::uint64_t address = address_of_out(module);
        std::uint64_t graphs = 0, states = 0, compared = 0, beyond = 0;
        for (const program::Pattern& pattern : module.patterns())
            for (const Model model : {Model::rc11, Model::sc, Model::tso}) {
                Options options;
                options.model = model;
                options.keep_going = true;
                runtime::Machine machine(module, entry_point(module, {pattern.name, {}}));
                Known known;
                prepare(machine, options, known.shared);
                Needs needs{known};
                const bool endless = pattern.expected == "livelock"; // of graphs there are endlessly many
                const Answer other = by_states(machine, needs, options, address);
                const Answer one = endless ? other : by_graphs(machine, needs, options, address);
                graphs += one.explored, states += other.explored;
                if (!other.end.empty()) {
                    ++beyond;
                    continue;
                }
                ++compared;
                // After a race graphs are not followed further; states go round other ways.
                const bool races = one.verdicts.contains("data-race") && other.verdicts.contains("data-race");
                std::string expected = pattern.expected;
                std::replace(expected.begin(), expected.end(), ' ', '-');
                if (expected != "verified" && !other.verdicts.contains(expected) && model == Model::rc11)
                    problem << fmt::format("{} {}: no {}\n", file, pattern.name, pattern.expected);
                const unsigned outcomes = unsigned(std::atoi(pattern.description.c_str()));
                if (outcomes && model == Model::rc11 && other.outcomes.size() != outcomes)
                    problem << fmt::format("{} {}: {} outcomes instead of {}\n", file, pattern.name, other.outcomes.size(), outcomes);
                if ((!races && one.verdicts != other.verdicts) || (one.verdicts.empty() && one.outcomes != other.outcomes) || !one.end.empty())
                    problem << fmt::format("{} {} {}: graphs {}; states {}\n", file, pattern.name, name_of(model), told(one), told(other));
            }
        std::cerr << fmt::format("{}: {} compared, {} graphs, {} states, {} out of reach\n", file, compared, graphs, states, beyond);
    });
    out << problems;
    return problems.empty();
}

} // namespace

int main(int argc, char** argv) {
    bool equal = argc > 1;
    for (int i = 1; i < argc; ++i) equal &= compare(argv[i], std::cout);
    return equal ? 0 : 1;
}
