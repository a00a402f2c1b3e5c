#include "execution/decisions.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "core/error.hpp"
#include "execution/operations.hpp"
#include "execution/place_in_program.hpp"
#include "execution/redo.hpp"
#include "program/module.hpp"

namespace heddle::execution {

using namespace graph;

namespace {

// What stands before the decisions. Format 1 lacked what kind of operation each is on, format 2 what had turned out about
// the program before: that the order of arrivals matters, and which plain accesses are operations.
constexpr std::uint64_t format = 3, format_without_knowledge = 2, format_without_kinds = 1;

On on(OpKind kind) { return traits_of(kind).decided_on; }

const char* name_of(On kind) {
    switch (kind) {
    case On::load: return "a read";
    case On::store: return "a write";
    case On::update: return "a read-modify-write";
    case On::queue: return "an operation on a mutex or condition variable";
    case On::fence: return "a fence";
    case On::create: return "the start of a thread";
    case On::join: return "a join";
    case On::end: return "its end";
    case On::wait: return "a wait";
    case On::unlock: return "an unlock";
    case On::choose: return "a choice";
    case On::condition: return "a condition on inputs";
    case On::unknown: break;
    }
    return "something else";
}

struct Encoded {
    ThreadId thread = 0;
    Choice choice;
    On on = On::unknown;
};

/// Addresses in the program's own segments count from its begin: it may lie elsewhere next time.
void add_knowledge(const Execution& execution, std::vector<std::uint64_t>& numbers) {
    const auto& words = execution.shared().words();
    numbers.insert(numbers.end(), {execution.machine().arrivals_ordered(), words.size()});
    const program::Module* const module = program::Module::loaded();
    for (const auto& [address, word] : words) {
        const bool in_module = module && module->contains(address);
        numbers.insert(numbers.end(), {in_module, in_module ? address - module->bias() : address, word.visible, word.piece});
    }
    // Volatile locals are operations when others use that part of the stack.
    std::vector<std::uint64_t> blocks;
    if (execution.options().plain == PlainAccesses::of_volatiles) blocks = execution.shared().blocks();
    numbers.push_back(blocks.size());
    numbers.insert(numbers.end(), blocks.begin(), blocks.end());
}

std::vector<std::uint64_t> numbers_of(const Execution& execution, const std::vector<Encoded>& decisions) {
    std::vector<std::uint64_t> numbers{format};
    add_knowledge(execution, numbers);
    numbers.push_back(execution.children().size());
    for (const auto& [key, id] : execution.children()) numbers.insert(numbers.end(), {key.first, key.second, id});
    numbers.push_back(decisions.size());
    for (const auto& [thread, choice, on] : decisions)
        numbers.insert(numbers.end(), {thread, choice.rf, choice.place, choice.pick, choice.wait, choice.stamp,
                                       static_cast<std::uint64_t>(on)});
    return numbers;
}

/// The numbers of a trace, one after the other. All throw UserError for what cannot be.
class Reader {
public:
    explicit Reader(const std::vector<std::uint64_t>& numbers) : numbers_(numbers) {}

    std::uint64_t next() {
        if (at_ >= numbers_.size()) throw UserError("the trace's record of its execution is cut short");
        return numbers_[at_++];
    }
    std::uint32_t next_small() {
        const std::uint64_t number = next();
        if (number > std::numeric_limits<std::uint32_t>::max())
            throw UserError(fmt::format("the trace's record of its execution has the number {}, which nothing has", number));
        return std::uint32_t(number);
    }
    /// A count of things that each take `words` numbers.
    std::uint64_t next_count(std::uint64_t words) {
        const std::uint64_t count = next();
        if (count > (numbers_.size() - at_) / words) throw UserError("the trace's record of its execution is cut short");
        return count;
    }
    bool at_end() const { return at_ == numbers_.size(); }

private:
    const std::vector<std::uint64_t>& numbers_;
    std::size_t at_ = 0;
};

void read_knowledge(Reader& reader, Execution& execution) {
    execution.machine().order_arrivals(reader.next() != 0);
    const program::Module* const module = program::Module::loaded();
    for (std::uint64_t count = reader.next_count(4); count > 0; --count) {
        const bool in_module = reader.next() != 0;
        const std::uint64_t address = reader.next() + (in_module && module ? module->bias() : 0);
        const std::uint64_t visible = reader.next(), piece = reader.next();
        if (address % 8 || visible > 0xff || (piece != 1 && piece != 2 && piece != 4 && piece != 8))
            throw UserError("the trace's record of its execution has memory that cannot be");
        execution.know_word(address, std::uint8_t(visible), unsigned(piece));
    }
    for (std::uint64_t count = reader.next_count(1); count > 0; --count) execution.foretell_shared_stack(reader.next());
}

/// Which thread is whose child: numbers from 1 on, each given once.
std::map<std::pair<ThreadId, std::uint32_t>, ThreadId> read_children(Reader& reader, Execution& execution) {
    std::map<std::pair<ThreadId, std::uint32_t>, ThreadId> children;
    const std::uint64_t count = reader.next_count(3);
    std::vector<bool> given(count + 1);
    for (std::uint64_t i = 0; i < count; ++i) {
        const ThreadId parent = reader.next_small();
        const std::uint32_t nth = reader.next_small();
        const ThreadId child = reader.next_small();
        if (child == 0 || child > count || given[child] || parent > count || children.contains({parent, nth}))
            throw UserError("the trace's record of its execution has threads that cannot be");
        if (child >= runtime::max_threads) throw UserError("the trace's record of its execution has more threads than heddle can have");
        if (child >= execution.thread_limit()) execution.need_lanes();
        given[child] = true;
        children[{parent, nth}] = child;
    }
    return children;
}

std::vector<Encoded> read_decisions(Reader& reader, bool kinds) {
    std::vector<Encoded> decisions(reader.next_count(kinds ? 7 : 6));
    for (Encoded& d : decisions) {
        d.thread = reader.next_small();
        d.choice.rf = reader.next_small();
        d.choice.place = reader.next_small();
        d.choice.pick = reader.next_small();
        d.choice.wait = reader.next() != 0;
        d.choice.stamp = reader.next_small();
        d.choice.again = true;
        if (kinds) d.on = static_cast<On>(reader.next());
    }
    if (!reader.at_end()) throw UserError("the trace's record of its execution goes on after its end");
    return decisions;
}

/// What is wrong with a decision, as the program stands; each answer completes "thread 2 …". Empty: nothing.
class Misfit {
public:
    Misfit(const Execution& execution, const Encoded& decision)
        : execution_(execution), graph_(execution.graph()), t_(decision.thread), choice_(decision.choice),
          decided_on_(decision.on) {}

    std::string look() const {
        if (t_ >= execution_.thread_limit() || !execution_.alive(t_)) return "does not exist";
        if (!execution_.next(t_))
            return execution_.ended(t_) ? "has ended already" : "waits in the middle of an operation";
        const Step& step = *execution_.next(t_);
        const OpKind kind = step.operation.kind;
        if (kind == OpKind::fail) return fmt::format("goes no further: {}", step.operation.message);
        if (kind == OpKind::assume || kind == OpKind::ordered) return "stands at an assumption that does not hold";
        if (decided_on_ != On::unknown && on(kind) != decided_on_)
            return fmt::format("comes to {} instead of {}", name_of(on(kind)), name_of(decided_on_));
        if (waits_for_others(kind) && execution_.awaited(t_) == no_event) return "has to wait";
        const bool may_wait = !execution_.in_update(t_) && (on(kind) == On::load || on(kind) == On::update || on(kind) == On::condition);
        if (choice_.wait && !may_wait) return fmt::format("comes to {}, where nobody waits for another value", name_of(on(kind)));
        if (execution_.in_update(t_)) return write_half(step);
        if (enters_queue(kind) || on(kind) == On::load || on(kind) == On::update) return reading(step);
        if (choice_.rf != no_event) return fmt::format("comes to {}, which reads nothing", name_of(on(kind)));
        if (kind == OpKind::store) return writing(step);
        if (choice_.place) return fmt::format("comes to {}, which writes nothing", name_of(on(kind)));
        if (choice_.pick >= ways(step)) return fmt::format("comes to {} of {} ways, not {} or more", name_of(on(kind)), ways(step), choice_.pick + 1);
        return {};
    }

private:
    /// What it reads, if that is there; else nothing.
    EventId known_write(LocationId l) const {
        const bool is_there = l != no_location && choice_.rf < graph_.size() && graph_[choice_.rf].is_write() && graph_[choice_.rf].location == l;
        return is_there ? choice_.rf : initial;
    }

    std::string reading(const Step& step) const {
        const LocationId l = execution_.location(step);
        const unsigned ways = is(step.operation.kind, may_fail) ? execution_.ways_to_fail(t_, known_write(l)) : 1;
        if (choice_.pick > ways || choice_.place) return "reads, and does not decide";
        if (l == no_location) return choice_.rf == initial ? "" : "reads what nobody has written yet";
        if (choice_.rf != initial && (choice_.rf >= graph_.size() || !graph_[choice_.rf].is_write() || graph_[choice_.rf].location != l))
            return "reads a value that was not written there";
        if (graph_.mo_place(l, choice_.rf) < graph_.coherence_bound(t_, l)) return "knows of a newer value already";
        return {};
    }

    std::string writing(const Step& step) const {
        const LocationId l = execution_.location(step);
        if (choice_.pick) return "writes, and does not decide";
        if (l == no_location) return choice_.place == 0 ? "" : "is the first to write there";
        if (choice_.place > graph_.location(l).mo.size()) return "writes after a value that was not written there";
        if (choice_.place < graph_.coherence_bound(t_, l)) return "would write a value that is older than what it knows of";
        if (graph_.rmw_after(l, choice_.place) != no_event) return "would write between the halves of a read-modify-write";
        return {};
    }

    std::string write_half(const Step& step) const {
        const LocationId l = execution_.location(step);
        const std::uint32_t place = graph_.mo_place(l, graph_[graph_.last_of(t_)].rf);
        if (choice_.rf != no_event || choice_.pick || choice_.place != place) return "does not write after what it has read";
        if (graph_.rmw_after(l, place) != no_event) return "would change a value that another has changed already";
        return {};
    }

    /// How many there are to choose from.
    std::uint64_t ways(const Step& step) const {
        switch (step.operation.kind) {
        case OpKind::choose: return std::uint64_t(step.operation.operand);
        case OpKind::clock: return passing::count;
        case OpKind::pick: return std::max<std::uint64_t>(1, execution_.waiters(t_).size());
        default: return runtime::is_on_condition(step.operation.kind) ? 2 : 1;
        }
    }

    const Execution& execution_;
    const ExecutionGraph& graph_;
    const ThreadId t_;
    const Choice& choice_;
    const On decided_on_;
};

std::string place_of(const Execution& execution, ThreadId t) {
    return t < execution.thread_limit() && execution.next(t) ? place_in_program(execution.next(t)->operation.pc) : std::string();
}

std::string sentence(const Execution& execution, std::size_t index, std::size_t count, ThreadId t, const std::string& misfit) {
    return fmt::format("step {} of {}: thread {} {}{}", index + 1, count, t, misfit, place_of(execution, t));
}

} // namespace

std::vector<std::uint64_t> encode(const Execution& execution) {
    std::vector<Encoded> decisions;
    const std::vector<Decision> all = decisions_from(execution.graph(), 0);
    for (EventId e = 0; e < all.size(); ++e)
        decisions.push_back({all[e].thread, all[e].choice, on(operation_of(execution.graph()[e]).kind)});
    return numbers_of(execution, decisions);
}

std::vector<std::uint64_t> encode_for_given_inputs(const Execution& execution) {
    const ExecutionGraph& graph = execution.graph();
    const std::vector<Decision> all = decisions_from(graph, 0);
    std::vector<Encoded> kept;
    std::vector<EventId> new_id(graph.size(), no_event);
    for (EventId e = 0; e < graph.size(); ++e) {
        const Event& event = graph[e];
        if (event.kind != EventKind::branch) {
            Encoded d{all[e].thread, all[e].choice, on(operation_of(event).kind)};
            if (d.choice.rf < no_event) d.choice.rf = new_id[d.choice.rf];
            new_id[e] = EventId(kept.size());
            kept.push_back(d);
            continue;
        }
        // A branch at which a spinning thread waits: without it the thread waits at its last read.
        if (!event.waiting || operation_of(event).kind == OpKind::assume_that) continue;
        EventId before = event.previous;
        while (before < no_event && graph[before].kind == EventKind::branch) before = graph[before].previous;
        if (before < no_event && graph[before].thread == event.thread && graph[before].is_read() && !graph[before].exclusive)
            kept[new_id[before]].choice.wait = true;
    }
    return numbers_of(execution, kept);
}

Added play(Execution& execution, const std::vector<std::uint64_t>& encoded, bool early) {
    Reader reader(encoded);
    const std::uint64_t version = reader.next();
    if (version != format && version != format_without_knowledge && version != format_without_kinds)
        throw UserError("the trace's record of its execution has a format that this heddle does not know");
    if (version == format) read_knowledge(reader, execution);
    execution.know_children(read_children(reader, execution));
    const std::vector<Encoded> decisions = read_decisions(reader, version != format_without_kinds);
    Added added = execution.restart();
    for (std::size_t i = 0; i < decisions.size(); ++i) {
        const auto& [t, choice, on] = decisions[i];
        if (added == Added::violation && early) return added;
        if (added == Added::violation)
            throw Nondeterminism(fmt::format("step {} of {}: the execution ends before it: {}", i + 1, decisions.size(),
                                             execution.violation().message));
        if (const std::string misfit = Misfit(execution, decisions[i]).look(); !misfit.empty())
            throw Nondeterminism(sentence(execution, i, decisions.size(), t, misfit));
        // That the thread spins must be known to tell what it waits for.
        if (const Step& step = *execution.next(t); choice.wait && step.slot)
            execution.learn(t, choice.rf == initial ? execution.initial_value(step) : execution.graph()[choice.rf].value);
        added = execution.add(t, choice);
        if (added == Added::inconsistent)
            throw Nondeterminism(sentence(execution, i, decisions.size(), t, "does what the memory model does not allow"));
        if (added == Added::spin)
            throw Nondeterminism(sentence(execution, i, decisions.size(), t, "is back where it was, and would wait"));
    }
    return added;
}

void require_the_end(const Execution& execution) {
    for (ThreadId t = 0; t < execution.thread_count(); ++t) {
        const Step* const step = execution.alive(t) ? execution.next(t) : nullptr;
        if (!step || step->cut) continue;
        const OpKind kind = step->operation.kind;
        // Whether a loop can be left is for the diagnosis.
        if (kind == OpKind::fail || kind == OpKind::assume || kind == OpKind::ordered || may_spin(kind) || step->round) continue;
        if (waits_for_others(kind) && execution.awaited(t) == no_event) continue;
        throw Nondeterminism(fmt::format("after its last step thread {} can go on{}", t, place_of(execution, t)));
    }
}

} // namespace heddle::execution
