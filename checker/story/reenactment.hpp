// The execution of a trace run once more, natively and watched. While it explores, the engine need not know in which
// functions a thread is, nor what its user calls the memory that it touches; for the story both are looked up here, at
// each operation as it happens, because stack frames and heap blocks are gone afterwards.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "execution/execution.hpp"
#include "program/module.hpp"
#include "story/block_names.hpp"

namespace heddle::story {

using execution::AccessKind;
using execution::EventId;
using execution::Execution;
using execution::ExecutionGraph;
using execution::Step;
using execution::ThreadId;
using execution::Violation;

/// An operation as it was about to happen.
struct Moment {
    SourceSite site; ///< in the user's own file where the call stack has one
    std::string call;              ///< the library's function that is called there, around the operation; empty: none
    std::vector<SourceSite> stack; ///< the user's calls that led to `site`, innermost first
    ObjectName object;
    std::vector<ObjectName> effects; ///< of the plain writes that led here, as in Step::effects
};

/// Whether it is a call of the library's that hides operations, in the user's eyes: not an access to an atomic object, nor one of heddle's own.
bool is_call_of_library(std::string_view function);

/// One of the plain accesses that were looked for.
struct SeenAccess {
    bool seen = false;
    SourceSite site;
    ObjectName object;
    std::string value; ///< read or written
};

/// A plain read of the violation's thread after its last event.
struct LastRead {
    SourceSite site;
    std::string name, value;
};

/// For a debugger: from now on a reenactment calls heddle_replay_segment() before what that thread does after so many of its
/// events, and heddle_replay_access() in the hook of the second access of a race.
void mark_for_debugger(unsigned thread, unsigned segment);

class Reenactment final : runtime::AccessSink {
public:
    /// Runs the whole trail. The machine is then in the execution's last state, with its output.
    Reenactment(const Execution& execution, const Violation& violation, const program::Module& module);

    const Moment& at(EventId e) const { return events_[e]; }
    /// The operation at which the thread stands in the end.
    const Moment& end_of(ThreadId t) const { return ends_[t]; }
    const SeenAccess& earlier() const { return earlier_.found; }
    const SeenAccess& later() const { return later_.found; }
    const std::vector<LastRead>& last_reads() const { return shown_reads_; }
    /// How the block at the address came into being; null: it was not seen, or there is no block.
    const Birth* birth_of(std::uint64_t address) const;

    /// The user's function that the thread runs, and where it begins; without a name when there is none.
    SourceSite function_of(ThreadId t) const { return threads_[t].function; }
    /// The name of the object that stands for the thread (a std::thread, a pthread_t); empty when unknown.
    std::string handle_of(ThreadId t) const { return threads_[t].handle; }

    /// A value as the user would write it: true, nullptr, &nodes[1].
    std::string show(Value value, unsigned size, program::ValueKind kind) const;
    /// The memory's name in the end.
    ObjectName name_in_the_end(std::uint64_t address) { return name_of(address, runtime::max_threads, 0); }

private:
    struct Thread {
        const runtime::Operation* pending = nullptr;
        std::uint32_t events = 0; ///< that it has performed
        SourceSite function;
        std::string handle;
        unsigned looks = 0; ///< for the function
    };
    /// A plain access to be recognised when it happens again.
    struct Wanted {
        bool wanted = false, unsettled = false;
        ThreadId thread = 0;
        std::uint32_t segment = 0;
        std::uint64_t address = 0, pc = 0;
        std::uint8_t mask = 0;
        AccessKind kind = AccessKind::read;
        SeenAccess found;
    };
    struct Read {
        std::uint64_t address = 0, pc = 0;
        std::size_t size = 0;
        std::uint64_t value = 0;
    };

    void want(const Violation& violation);
    void run();
    void run_events();
    bool stands_silent() const;
    bool run_event(EventId e);
    template <typename Go>
    void run_thread(ThreadId t, Go go);
    void meet(ThreadId t, Moment& moment, const Step* step);
    void conclude();

    void read(std::uint64_t address, std::size_t size, std::uint64_t pc) override;
    void write(std::uint64_t address, std::size_t size, std::uint64_t pc) override;
    void release(std::uint64_t address, std::size_t size, std::uint64_t pc) override;
    void opaque(const char*) override {}
    void watch(AccessKind kind, std::uint64_t address, std::size_t size, std::uint64_t pc);
    void look(Wanted& wanted, AccessKind kind, std::uint64_t address, std::size_t size, std::uint64_t pc);
    void settle(Wanted& wanted);

    std::vector<std::uint64_t> stack_of(ThreadId t, std::uint64_t pc) const;
    SourceSite site_of(ThreadId t, std::uint64_t pc) const;
    void place(Moment& moment, ThreadId t, std::uint64_t pc) const;
    ObjectName name_of(std::uint64_t address, ThreadId running, std::uint64_t pc);
    ObjectName local_name(ThreadId owner, std::uint64_t address, std::uint64_t pc);
    ObjectName block_name(std::uint64_t address);
    void note_birth(std::uint64_t address, std::uint64_t pc);
    void note_pointer(Value value);

    const Execution& execution_;
    const ExecutionGraph& graph_;
    const program::Module& module_;
    runtime::Machine& machine_;
    ThreadId running_ = 0;
    ThreadId violator_ = 0;
    std::vector<Thread> threads_;
    std::vector<Moment> events_, ends_;
    Wanted earlier_, later_;
    std::vector<Read> reads_; ///< of the violator's present segment
    std::vector<LastRead> shown_reads_;
    std::map<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>, ObjectName> locals_; ///< by pc, CFA, address
    BlockNames blocks_;
    std::map<std::uint64_t, Birth> births_; ///< of blocks, by their start
    std::set<std::uint64_t> dead_;          ///< of those the freed ones
    std::map<std::uint64_t, std::string> pointees_;
    ThreadId created_ = runtime::max_threads; ///< the child whose handle the running thread writes next
};

} // namespace heddle::story
