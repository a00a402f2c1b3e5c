// Records one execution of the explored backend as `heddle run` records a run on real threads: a recording that is the same
// every time, to test what is made of recordings without luck.
//
//     record_explored SOURCE OUTPUT [SEED] [PATTERN]      seed 0: every thread runs as far as it comes, in the order of creation
#include <cstdio>
#include <cstring>
#include <map>
#include <random>

#include "core/error.hpp"
#include "execution/entry_point.hpp"
#include "execution/execution.hpp"
#include "execution/operations.hpp"
#include "execution/trail.hpp"
#include "program/cache.hpp"
#include "program/compile.hpp"
#include "program/hash.hpp"
#include "program/module.hpp"
#include "runtime/personality.hpp"
#include "trace/recording_file.hpp"

using namespace heddle;
using namespace heddle::execution;
using namespace heddle::graph;
using runtime::OpKind;
using runtime::Operation;
using trace::RecordedEvent;
using trace::RecordedKind;
using trace::Recording;

namespace {

/// Some execution under sequential consistency: the thread that goes on is drawn by lot after each of its steps, or stays.
class Some {
public:
    Some(Execution& execution, unsigned seed) : execution_(execution), graph_(execution.graph()), seed_(seed), random_(seed) {}

    void run() {
        execution_.restart();
        while (const auto t = choose()) advance(*t);
    }

private:
    bool can_go_on(ThreadId t) const {
        if (!execution_.next(t) || (spun_.contains(t) && spun_.at(t) == graph_.size())) return false;
        const OpKind kind = execution_.next(t)->operation.kind;
        if (kind == OpKind::assume || kind == OpKind::fail) return false;
        return !waits_for_others(kind) || execution_.awaited(t) != no_event;
    }

    std::optional<ThreadId> choose() {
        std::vector<ThreadId> able;
        for (ThreadId t = 0; t < execution_.thread_count(); ++t)
            if (can_go_on(t)) able.push_back(t);
        if (able.empty()) return std::nullopt;
        if (seed_ == 0) { // the one that is running, else the oldest
            for (const ThreadId t : able)
                if (t == last_) return t;
            return last_ = able.front();
        }
        return able[random_() % able.size()];
    }

    EventId newest(const Step& step) const {
        const LocationId l = execution_.location(step);
        return l == no_location || graph_.location(l).mo.empty() ? initial : graph_.location(l).mo.back();
    }

    void advance(ThreadId t) {
        do {
            const Step& step = *execution_.next(t);
            const OpKind kind = step.operation.kind;
            Choice choice;
            choice.stamp = execution_.new_stamp();
            if (execution_.in_update(t) || kind == OpKind::store) {
                const LocationId l = execution_.location(step);
                choice.place = l == no_location ? 0 : std::uint32_t(graph_.location(l).mo.size());
            } else if (reads_object(kind) || enters_queue(kind)) {
                choice.rf = newest(step);
                choice.pick = is(kind, may_fail) ? execution_.refusal(execution_.next(t)->operation, choice.rf) : 0;
            }
            const Added added = execution_.add(t, choice);
            if (added == Added::violation) throw UserError("this execution has a bug: " + execution_.violation().message);
            if (added != Added::yes) {
                spun_[t] = graph_.size();
                return;
            }
        } while (execution_.in_update(t));
    }

    Execution& execution_;
    const ExecutionGraph& graph_;
    const unsigned seed_;
    std::mt19937 random_;
    ThreadId last_ = 0;
    std::map<ThreadId, std::uint32_t> spun_;
};

/// Runs the execution once more, listening.
class Listener final : public runtime::AccessSink {
public:
    Listener(const Execution& execution, const program::Module& module)
        : execution_(execution), graph_(execution.graph()), module_(module), machine_(execution.machine()) {}

    Recording run() {
        recording_.threads.resize(execution_.thread_count());
        number_[0] = 0;
        machine_.listen(nullptr);
        machine_.reset();
        put(0, RecordedKind::start, nullptr, 0);
        go(0, [&] { return &machine_.start(0); });
        for (EventId e = 0; e < graph_.size(); ++e) event(e);
        return std::move(recording_);
    }

    void read(std::uint64_t address, std::size_t size, std::uint64_t pc) override { access(RecordedKind::plain_read, address, size, pc); }
    void write(std::uint64_t address, std::size_t size, std::uint64_t pc) override { access(RecordedKind::plain_write, address, size, pc); }
    void release(std::uint64_t address, std::size_t, std::uint64_t pc) override {
        RecordedEvent& e = put(running_, RecordedKind::release, nullptr, address);
        e.pc = offset_of(pc);
    }
    void opaque(const char*) override {}

private:
    std::uint64_t offset_of(std::uint64_t pc) const { return module_.contains(pc) ? pc - module_.bias() : 0; }

    void access(RecordedKind kind, std::uint64_t address, std::size_t size, std::uint64_t pc) {
        for (std::size_t done = 0; done < size; done += 8) {
            RecordedEvent& e = put(running_, kind, nullptr, address + done);
            e.size = std::uint8_t(std::min<std::size_t>(8, size - done));
            e.pc = offset_of(pc);
            std::uint64_t value = 0;
            if (kind == RecordedKind::plain_read) std::memcpy(&value, reinterpret_cast<void*>(address + done), e.size);
            else e.other = 1;
            e.value = value;
        }
    }

    template <typename Go>
    void go(ThreadId t, Go resume) {
        running_ = t;
        machine_.listen(this);
        pending_[t] = resume();
        machine_.listen(nullptr);
    }

    RecordedEvent& put(ThreadId t, RecordedKind kind, const Operation* op, std::uint64_t address) {
        RecordedEvent& e = recording_.threads[number_.at(t)].events.emplace_back();
        e.kind = kind, e.address = address, e.time = ++time_;
        if (op) e.pc = offset_of(op->pc), e.size = op->size, e.order = op->order;
        return e;
    }
    RecordedEvent& counted(ThreadId t, RecordedKind kind, const Operation& op) {
        RecordedEvent& e = put(t, kind, &op, op.address);
        e.sequence = kind == RecordedKind::rmw_write ? sequence_[op.address] : ++sequence_[op.address];
        return e;
    }

    void event(EventId id) {
        const Event& event = graph_[id];
        const ThreadId t = event.thread;
        const Operation op = operation_of(event);
        record(id, event, op, t);
        take_event(
            machine_, graph_, id,
            [&](ThreadId child) {
                number_[child] = std::uint32_t(number_.size());
                put(t, RecordedKind::create, &op, 0).other = number_[child];
                RecordedEvent& start = put(child, RecordedKind::start, nullptr, offset_of(std::uint64_t(op.operand)));
                start.other = number_[t];
                recording_.threads[number_[child]].parent = number_[t];
                recording_.threads[number_[child]].function = start.address;
                go(child, [&] { return &machine_.start(child); });
            },
            [&](ThreadId self, Value result) { go(self, [&] { return &machine_.resume(self, result); }); });
    }

    void record(EventId id, const Event& event, const Operation& op, ThreadId t) {
        switch (event.kind) {
        case EventKind::end: put(t, RecordedKind::end, &op, 0); break;
        case EventKind::join: put(t, RecordedKind::join, &op, 0).other = number_.at(ThreadId(op.operand)); break;
        case EventKind::fence: put(t, RecordedKind::fence, &op, 0); break;
        case EventKind::read:
            if (event.chain) break;
            if (op.kind == OpKind::load) counted(t, RecordedKind::atomic_read, op).value = event.value;
            else counted(t, RecordedKind::rmw_read, op).value = event.value;
            break;
        case EventKind::write:
            if (!event.chain) {
                counted(t, op.kind == OpKind::store ? RecordedKind::atomic_write : RecordedKind::rmw_write, op).value = event.value;
                break;
            }
            if (op.kind == OpKind::ticket || op.kind == OpKind::try_ticket) {
                if (graph_[event.previous].rf == initial) counted(t, RecordedKind::lock, op);
            } else if (op.kind == OpKind::enqueue) {
                waits_on_[t] = op;
            } else if (op.kind == OpKind::signal || op.kind == OpKind::broadcast) {
                counted(t, op.kind == OpKind::signal ? RecordedKind::signal : RecordedKind::broadcast, op);
            }
            break;
        case EventKind::grant: counted(t, RecordedKind::lock, op); break;
        case EventKind::held: counted(t, RecordedKind::trylock_failed, op); break;
        case EventKind::unlock:
            if (const auto wait = waits_on_.find(t); wait != waits_on_.end()) {
                counted(t, RecordedKind::wait_begin, wait->second).value = op.address;
                waits_on_.erase(wait);
            } else {
                counted(t, RecordedKind::unlock, op);
            }
            break;
        case EventKind::wake: counted(t, RecordedKind::wait_end, op).other = 0; break;
        default: break;
        }
        (void)id;
    }

    const Execution& execution_;
    const ExecutionGraph& graph_;
    const program::Module& module_;
    runtime::Machine& machine_;
    Recording recording_;
    std::map<ThreadId, const Operation*> pending_;
    std::map<ThreadId, std::uint32_t> number_;
    std::map<ThreadId, Operation> waits_on_;
    std::map<std::uint64_t, std::uint32_t> sequence_;
    ThreadId running_ = 0;
    std::uint32_t time_ = 0;
};

void record(const char* source, const char* output, unsigned seed, const std::string& pattern) {
    const program::BuildResult built = program::build({{source}, "", {}});
    program::Module module(built.library);
    Options options;
    Known known;
    Needs needs{known, 64};
    runtime::Machine machine(module, entry_point(module, {pattern, {}}));
    prepare(machine, options, known.shared);
    Recording recording;
    const auto no_answer = with_needs([&] {
        Execution execution(machine, options, needs);
        Some(execution, seed).run();
        recording = Listener(execution, module).run();
        return true;
    });
    if (no_answer) throw UserError(no_answer->reason);
    recording.library = built.library;
    recording.program = program::hash_of(program::read_file(built.library)).hex();
    recording.file = source;
    recording.pattern = pattern;
    recording.sources = {std::filesystem::absolute(source)};
    recording.base = module.bias();
    recording.seed = seed;
    trace::RecordingFile file = trace::RecordingFile::create(output, 64 << 20, recording);
    for (std::uint32_t t = 0; t < recording.threads.size(); ++t) {
        trace::RecordWriter writer = file.writer(t);
        for (const RecordedEvent& e : recording.threads[t].events) writer.put(e);
    }
    file.finish(true);
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "record_explored SOURCE OUTPUT [SEED] [PATTERN]\n");
        return 2;
    }
    runtime::disable_address_randomisation(argv);
    try {
        record(argv[1], argv[2], argc > 3 ? unsigned(std::atoi(argv[3])) : 0, argc > 4 ? argv[4] : "main");
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "record_explored: %s\n", problem.what());
        return 2;
    }
    std::fflush(nullptr);
    ::_Exit(0); // the program's static destructors are no part of this
}
