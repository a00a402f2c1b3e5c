#include "guide/confirm.hpp"

#include <algorithm>
#include <chrono>
#include <span>

#include <fmt/format.h>

#include "core/error.hpp"
#include "property/diagnosis.hpp"
#include "execution/entry_point.hpp"
#include "execution/execution.hpp"
#include "property/list.hpp"
#include "execution/operations.hpp"
#include "execution/redo.hpp"
#include "story/story.hpp"
#include "program/module.hpp"
#include "runtime/inputs.hpp"
#include "trace/recorded_kinds.hpp"

namespace heddle::guide {
namespace {

using namespace execution;
using namespace property;
using namespace story;
using namespace graph;
using runtime::OpKind;
using trace::RecordedKind;

constexpr unsigned most_unforeseen = 64;       ///< operations in a row that the schedule does not have
constexpr std::chrono::seconds enough_symbolic{1};
constexpr std::uint32_t most_events = 60'000;  ///< by themselves, after the schedule

/// Of these the place matters: the engine performs some that are not recorded (inside a once). The others may have been
/// called by library code, for which the two backends name different places.
bool is_atomic(RecordedKind kind) { return trace::is(kind, trace::at_its_place); }

/// Nothing that the engine performs: it follows by itself.
bool is_silent(RecordedKind kind) {
    return std::none_of(operations.begin(), operations.end(), [&](const OperationTraits& row) { return fits(row.kind, kind); });
}

/// What the inputs are, where they are symbolic: decides which way to go.
class InputOracle {
public:
    explicit InputOracle(std::span<const InputValue> given) : given_(given) {}

    bool holds(Word condition) {
        if (!is_expression(condition)) return condition != 0;
        const std::vector<Input>& inputs = expressions().inputs();
        for (std::size_t i = values_.size(); i < inputs.size(); ++i) {
            Word value = runtime::simplest_in_range(inputs[i]);
            for (const InputValue& given : given_)
                if (given.input == inputs[i]) value = given.value;
            values_.push_back(value);
        }
        return expressions().evaluate(condition, values_, known_) != 0;
    }

private:
    std::span<const InputValue> given_;
    std::vector<Word> values_; ///< as in Expressions::inputs()
    Expressions::Evaluated known_;
};

/// Inputs to be tried, which differ from others at a branch: later ones from there on are theirs to turn.
struct Way {
    std::vector<InputValue> inputs;
    unsigned first_branch = 0; ///< counted from the end of the schedule
};

/// `some` for those that it has, else `otherwise`.
std::vector<InputValue> merged(std::vector<InputValue> otherwise, const std::vector<InputValue>& some) {
    for (const InputValue& value : some) {
        std::erase_if(otherwise, [&](const InputValue& known) { return known.input == value.input; });
        otherwise.push_back(value);
    }
    return otherwise;
}

class Guide {
public:
    /// @param oracle null: the inputs are plain numbers
    Guide(Execution& execution, const program::Module& module, const Schedule& schedule, const StopFlag& stop,
          std::chrono::milliseconds time_limit, InputOracle* oracle)
        : execution_(execution), graph_(execution.graph()), module_(module), schedule_(schedule), stop_(stop), oracle_(oracle),
          deadline_(std::chrono::steady_clock::now() + time_limit), limited_(time_limit.count() > 0),
          ids_(schedule.threads.size(), runtime::max_threads), children_(schedule.threads.size()) {}

    /// The violation, if there is one.
    std::optional<Violation> run() {
        if (ids_.empty()) return std::nullopt;
        ids_[0] = 0;
        if (!take(execution_.restart())) return execution_.violation();
        for (at_ = 0; at_ < schedule_.steps.size() && !violated_; ++at_)
            if (!follow(schedule_.steps[at_]) || gave_up_) break;
        followed_ = at_ == schedule_.steps.size();
        if (violated_) return execution_.violation();
        if (gave_up_) return std::nullopt;
        finish();
        if (violated_) return execution_.violation();
        const Diagnosis diagnosis = diagnose(execution_);
        if (diagnosis.outcome == Outcome::stuck && !gave_up_) return diagnosis.violation;
        return std::nullopt;
    }

    /// Symbolic inputs: values of some for which a check fails on the way that was taken.
    const std::vector<InputValue>& failing() const { return failing_; }
    /// Symbolic inputs: those that take the branches after the schedule the other way, from `first_branch` on, at most `most`.
    void collect(unsigned first_branch, unsigned most) { first_branch_ = first_branch, most_ways_ = most; }
    std::vector<Way> take_ways() { return std::move(ways_); }
    bool followed() const { return followed_; }
    bool gave_up() const { return gave_up_; }

private:
    bool take(Added added) {
        violated_ |= added == Added::violation;
        return added == Added::yes;
    }

    std::uint64_t offset_of(std::uint64_t pc) const { return module_.contains(pc) ? pc - module_.bias() : 0; }

    // ---- along the schedule

    /// False: the thread does something else this time.
    bool follow(const Guidance& wanted) {
        if (is_silent(wanted.kind)) return true;
        const ThreadId t = ids_[wanted.thread];
        if (t == runtime::max_threads) return false;
        for (unsigned unforeseen = 0; unforeseen <= most_unforeseen; ++unforeseen) {
            while (const Step* const next = execution_.next(t)) // no operations but where inputs are symbolic
                if (!runtime::is_on_condition(next->operation.kind) || !advance(t, true)) break;
            const Step* const next = execution_.next(t);
            if (!next || gave_up_) return false;
            const std::uint64_t pc = offset_of(next->operation.pc);
            const bool here = !is_atomic(wanted.kind) || !wanted.pc || !pc || pc == wanted.pc;
            if (fits(next->operation.kind, wanted.kind) && here) return perform(wanted, t);
            // Something that is not recorded: the inside of a once, say.
            if (!can_go_on(t, true) || !advance(t, true)) return false;
        }
        return false;
    }

    bool perform(const Guidance& wanted, ThreadId t) {
        switch (wanted.kind) {
        case RecordedKind::create: {
            if (!advance(t, true)) return false;
            const ThreadId child = graph_[created_at(t)].child;
            for (std::uint32_t i = 1; i < schedule_.threads.size(); ++i)
                if (schedule_.threads[i].parent == wanted.thread && schedule_.threads[i].nth == children_[wanted.thread]) ids_[i] = child;
            ++children_[wanted.thread];
            return true;
        }
        case RecordedKind::lock:
        case RecordedKind::lock_shared: return advance(t, true) && granted(t);
        case RecordedKind::trylock_failed: {
            if (!refusal(*execution_.next(t))) return false;
            fail_trylock_ = true;
            const bool done = advance(t, true);
            fail_trylock_ = false;
            return done && granted(t);
        }
        case RecordedKind::wait_begin: return advance(t, true) && advance_if(t, OpKind::unlock);
        case RecordedKind::signal: return advance(t, true) && advance_if(t, OpKind::pick);
        default:
            stale_ = wanted.stale;
            chosen_ = wanted.chosen;
            const bool done = can_go_on(t, true) && advance(t, true);
            stale_ = false;
            chosen_ = 0;
            return done;
        }
    }

    /// Goes on until the thread has the lock, or is refused it.
    bool granted(ThreadId t) {
        while (const Step* const next = execution_.next(t)) {
            if (!is(next->operation.kind, admission)) return true;
            if (!can_go_on(t, true) || !advance(t, true)) return false;
        }
        return true;
    }

    /// Performs the thread's next operation if it is of that kind.
    bool advance_if(ThreadId t, OpKind kind) {
        const Step* const next = execution_.next(t);
        if (!next || next->operation.kind != kind) return true;
        return can_go_on(t, true) && advance(t, true);
    }

    EventId created_at(ThreadId t) const {
        for (EventId e = graph_.size(); e-- > 0;)
            if (graph_[e].thread == t && graph_[e].kind == EventKind::create) return e;
        throw InternalError("a thread was created without an event");
    }

    // ---- one operation

    bool can_go_on(ThreadId t, bool guided) const {
        if (t >= execution_.thread_count() || !execution_.next(t)) return false;
        const Step& step = *execution_.next(t);
        if (step.cut && !guided) return false;
        const OpKind kind = step.operation.kind;
        if (kind == OpKind::assume || kind == OpKind::fail) return false;
        return !waits_for_others(kind) || execution_.awaited(t) != no_event;
    }

    EventId newest(const Step& step) const {
        const LocationId l = execution_.location(step);
        return l == no_location || graph_.location(l).mo.empty() ? initial : graph_.location(l).mo.back();
    }

    /// What the newest write has overwritten, if the thread may still see it; else the newest. (Coherence is for whoever
    /// adds a read to keep: the memory model does not look at it again.)
    EventId overwritten(ThreadId t, const Step& step) const {
        const LocationId l = execution_.location(step);
        const std::uint32_t writes = l == no_location ? 0 : std::uint32_t(graph_.location(l).mo.size());
        if (writes == 0 || writes - 1 < graph_.coherence_bound(t, l)) return newest(step);
        return graph_.write_at(l, writes - 1);
    }

    /// The waiter whose wait ends first in what is left of the schedule, as its place among the waiters.
    std::uint32_t pick(ThreadId t) const {
        const std::vector<ThreadId> waiters = execution_.waiters(t);
        for (std::size_t i = at_; i < schedule_.steps.size(); ++i)
            if (schedule_.steps[i].kind == RecordedKind::wait_end)
                for (std::uint32_t w = 0; w < waiters.size(); ++w)
                    if (waiters[w] == ids_[schedule_.steps[i].thread]) return w;
        return 0;
    }

    /// The whole next operation of t, both halves of it. False: it could not be, or ended the execution, or waits.
    bool advance(ThreadId t, bool guided) {
        do {
            const Step& step = *execution_.next(t);
            const OpKind kind = step.operation.kind;
            Choice choice;
            choice.stamp = execution_.new_stamp();
            choice.again = guided; // the recorded rounds of a spin loop are gone through one by one
            if (execution_.in_update(t) || kind == OpKind::store) {
                const LocationId l = execution_.location(step);
                choice.place = l == no_location ? 0 : std::uint32_t(graph_.location(l).mo.size());
            } else if (reads_object(kind) || enters_queue(kind)) {
                choice.rf = stale_ && kind == OpKind::load ? overwritten(t, step) : newest(step);
                if (is(kind, may_fail) && (fail_trylock_ || !guided)) choice.pick = refusal(step);
            } else if (kind == OpKind::pick) {
                choice.pick = pick(t);
            } else if (kind == OpKind::choose) {
                choice.pick = chosen_;
            } else if (runtime::is_on_condition(kind)) {
                choice.pick = decide(step);
                if (gave_up_) return false;
            }
            if (kind == OpKind::cas && step.operation.symbolic != Scalar::none && oracle_ && !execution_.in_update(t))
                choice.pick = !branch(execution_.succeeds(step, value_of(step, choice.rf)));
            const Added added = execution_.add(t, choice);
            if (!take(added)) {
                // A half-done update, or a thread whose newest value is none for it, is nothing to judge by.
                gave_up_ |= added == Added::inconsistent && !stale_;
                gave_up_ |= added == Added::spin && execution_.in_update(t);
                return false;
            }
        } while (execution_.in_update(t));
        return true;
    }

    Value value_of(const Step& step, EventId write) const {
        return write == initial ? execution_.initial_value(step) : graph_[write].value;
    }

    bool branch(Word condition) {
        const bool holds = oracle_->holds(condition);
        if (gave_up_) return holds;
        if (!followed_ || branches_++ < first_branch_ || ways_.size() >= most_ways_ || !is_expression(condition)) return holds;
        const Word other = holds ? expressions().negation(condition) : condition;
        if (execution_.possible(other) != smt::Answer::satisfiable) return holds;
        if (smt::PathSolver::Solution solution = execution_.inputs_for(other); solution.answer == smt::Answer::satisfiable)
            ways_.push_back({std::move(solution.values), branches_});
        return holds;
    }

    /// How the condition goes. A check that can fail ends the execution.
    bool decide(const Step& step) {
        const auto condition = Word(step.operation.operand);
        gave_up_ |= std::chrono::steady_clock::now() > deadline_; // each is a question to Z3
        if (step.operation.kind != OpKind::ensure_that) return oracle_ && branch(condition);
        const Word fails = expressions().negation(condition);
        if (gave_up_ || execution_.possible(fails) != smt::Answer::satisfiable) return true;
        if (smt::PathSolver::Solution solution = execution_.inputs_for(fails); solution.answer == smt::Answer::satisfiable) {
            failing_ = std::move(solution.values);
            gave_up_ = !failing_.empty();
        }
        return true;
    }

    /// Whether a trylock fails, and how: see Choice::pick.
    unsigned refusal(const Step& step) const { return execution_.refusal(step.operation, newest(step)); }

    // ---- by themselves

    /// Every thread as far as it comes, those of the prediction first; a thread that spins waits until something is written.
    void finish() {
        std::vector<ThreadId> order;
        for (const std::uint32_t i : schedule_.first)
            if (ids_[i] != runtime::max_threads) order.push_back(ids_[i]);
        std::vector<std::uint32_t> gave_way(execution_.thread_limit(), ~0u); ///< when it had to wait: events so far
        const std::uint32_t limit = graph_.size() + most_events;
        for (bool more = true; more && !violated_ && !gave_up_;) {
            more = false;
            for (ThreadId t = 0; t < execution_.thread_count(); ++t)
                if (std::find(order.begin(), order.end(), t) == order.end()) order.push_back(t);
            for (const ThreadId t : order) {
                while (!violated_ && !gave_up_ && gave_way[t] != graph_.size() && can_go_on(t, false)) {
                    if (graph_.size() > limit || stop_ || (limited_ && std::chrono::steady_clock::now() > deadline_)) {
                        gave_up_ = true;
                        return;
                    }
                    if (!advance(t, false)) {
                        if (violated_) return;
                        gave_way[t] = graph_.size(); // tried again when others have done something
                        break;
                    }
                    more = true;
                    if (schedule_.in_turns) break;
                }
            }
        }
    }

    Execution& execution_;
    const ExecutionGraph& graph_;
    const program::Module& module_;
    const Schedule& schedule_;
    const StopFlag& stop_;
    InputOracle* const oracle_;
    const std::chrono::steady_clock::time_point deadline_;
    const bool limited_;
    std::vector<ThreadId> ids_;           ///< by thread of the schedule
    std::vector<std::uint32_t> children_; ///< created so far
    std::vector<InputValue> failing_;
    std::vector<Way> ways_;
    unsigned branches_ = 0, first_branch_ = 0, most_ways_ = 0; ///< after the schedule
    std::size_t at_ = 0;
    std::uint32_t chosen_ = 0;
    bool violated_ = false, followed_ = false, gave_up_ = false, fail_trylock_ = false, stale_ = false;
};

class Attempt {
public:
    Attempt(program::Module& module, const Entry& entry, const Options& options, const Schedule& schedule, const StopFlag& stop)
        : module_(module), options_(with_quick_solver(options)), schedule_(schedule), stop_(stop), machine_(module, entry_point(module, entry)) {
        machine_.set_watchdog(unsigned(options.watchdog.count()));
        prepare(machine_, options, known_.shared);
    }

    Confirmation run() {
        std::vector<Way> open{{inputs_by_thread(), 0}};
        Confirmation first = with(open[0].inputs);
        if (first.result.trace || open[0].inputs.empty() || !schedule_.symbolic) return first;
        const auto deadline = std::chrono::steady_clock::now() + enough_symbolic;
        for (std::size_t tried = 0; tried < open.size() && !stop_ && std::chrono::steady_clock::now() < deadline; ++tried) {
            const Way way = open[tried];
            if (tried > 0)
                if (Confirmation other = with(way.inputs); other.result.trace) return because_of(way.inputs, std::move(other));
            Symbolic seen = symbolically(way, schedule_.ways - unsigned(open.size() - 1));
            if (!seen.failing.empty()) {
                const std::vector<InputValue> failing = merged(way.inputs, seen.failing);
                if (Confirmation failed = with(failing); failed.result.trace) return because_of(failing, std::move(failed));
            }
            for (Way& next : seen.ways) open.push_back({merged(way.inputs, next.inputs), next.first_branch});
        }
        return first;
    }

private:
    static Options with_quick_solver(Options options) { // a check on which Z3 gives up holds
        const std::chrono::milliseconds quick{500};
        if (options.solver_limit.count() == 0 || options.solver_limit > quick) options.solver_limit = quick;
        return options;
    }

    struct Symbolic {
        std::vector<InputValue> failing;
        std::vector<Way> ways;
    };

    /// With those inputs.
    Confirmation with(const std::vector<InputValue>& inputs) {
        confirmation_ = {};
        machine_.give_inputs(&inputs);
        attempt([&](Execution& execution) { once(execution); });
        return std::move(confirmation_);
    }

    /// With symbolic ones that go where the way's inputs go. Nothing is told but other inputs.
    Symbolic symbolically(const Way& way, unsigned most_ways) {
        Symbolic seen;
        confirmation_ = {};
        machine_.give_inputs(nullptr);
        attempt([&](Execution& execution) {
            InputOracle oracle(way.inputs);
            Guide guide(execution, module_, schedule_, stop_, enough_symbolic, &oracle);
            guide.collect(way.first_branch, most_ways);
            guide.run();
            seen = {guide.failing(), guide.take_ways()};
        });
        return seen;
    }

    /// What the violation took that the schedule's inputs do not have.
    Confirmation because_of(const std::vector<InputValue>& inputs, Confirmation found) const {
        for (const InputValue& input : inputs) {
            const std::vector<InputValue> given = inputs_by_thread();
            const bool known = std::any_of(given.begin(), given.end(),
                                           [&](const InputValue& g) { return g.input == input.input && g.value == input.value; });
            if (!known) found.inputs.push_back(input);
        }
        return found;
    }

    template <typename Act>
    void attempt(Act act) {
        needs_.remember = true;
        const auto none = with_needs([&] {
            Execution execution(machine_, options_, needs_);
            act(execution);
            return true;
        });
        if (none) without(none->verdict, none->reason);
    }

    void without(Verdict verdict, std::string why) {
        confirmation_.result.verdict = verdict;
        confirmation_.result.reason = std::move(why);
    }

    std::uint64_t offset_of(std::uint64_t pc) const { return module_.contains(pc) ? pc - module_.bias() : 0; }

    /// The engine numbers threads in the order in which the schedule creates them.
    std::vector<InputValue> inputs_by_thread() const {
        const auto& threads = schedule_.threads;
        constexpr std::uint32_t unknown = ~0u;
        std::vector<std::uint32_t> numbers(threads.size(), unknown), children(threads.size(), 0);
        if (!numbers.empty()) numbers[0] = 0;
        std::uint32_t next = 1;
        for (const Guidance& step : schedule_.steps) {
            if (step.kind != RecordedKind::create) continue;
            for (std::uint32_t t = 1; t < threads.size(); ++t)
                if (threads[t].parent == step.thread && threads[t].nth == children[step.thread]) numbers[t] = next++;
            ++children[step.thread];
        }
        for (std::uint32_t& number : numbers)
            if (number == unknown) number = next++;
        std::vector<InputValue> inputs = schedule_.inputs;
        for (InputValue& given : inputs)
            if (given.input.thread < numbers.size()) given.input.thread = numbers[given.input.thread];
        return inputs;
    }

    void once(Execution& execution) {
        Guide guide(execution, module_, schedule_, stop_, options_.time_limit, nullptr);
        std::optional<Violation> violation = guide.run();
        trace::Statistics statistics;
        // A state of this execution may break an invariant, also when nothing else is wrong with it.
        if (!violation && (violation = Properties(execution, options_, statistics).look({})) && violation->breach)
            reduce(execution, *violation->breach);
        CheckResult& result = confirmation_.result;
        if (!violation) {
            result.verdict = Verdict::inconclusive;
            result.reason = guide.gave_up()    ? "the execution did not come to an end"
                            : guide.followed() ? "the schedule was executed, and nothing was wrong with it"
                                               : "the program did something else than in the recording";
            return;
        }
        result.verdict = violation->kind;
        if (violation->kind == Verdict::unsupported) {
            result.reason = violation->message;
            return;
        }
        if (violation->conflict) {
            confirmation_.race[0] = offset_of(violation->pc);
            const Conflict& conflict = *violation->conflict;
            confirmation_.race[1] = offset_of(conflict.event == no_event ? conflict.earlier.pc : operation_of(execution.graph()[conflict.event]).pc);
        }
        result.trace = tell(execution, *violation, module_, options_);
        name_inputs(*result.trace, machine_.inputs_given()); // of the whole execution, which telling has run once more
        result.trace->output = machine_.output();
        result.reason = result.trace->violation.message;
    }

    program::Module& module_;
    const Options options_;
    const Schedule& schedule_;
    const StopFlag& stop_;
    runtime::Machine machine_;
    Known known_;
    Needs needs_{known_};
    Confirmation confirmation_;
};

} // namespace

Confirmation confirm(program::Module& module, const Entry& entry, const Options& options, const Schedule& schedule,
                     const StopFlag& stop) {
    return Attempt(module, entry, options, schedule, stop).run();
}

} // namespace heddle::guide
