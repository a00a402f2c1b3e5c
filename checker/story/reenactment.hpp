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

namespace heddle::story {

using execution::AccessKind;
using execution::EventId;
using execution::Execution;
using execution::ExecutionGraph;
using execution::Step;
using execution::ThreadId;
using execution::Violation;

/// What the user calls some memory, and how its content is written.
/// How the name of a block begins that has none of its own: it is called by where it was allocated.
inline constexpr std::string_view nameless = "block from";
inline bool is_nameless(std::string_view name) { return name.starts_with(nameless); }

struct ObjectName {
    std::string text; ///< empty: unknown
    program::ValueKind holds = program::ValueKind::other;
};

/// An operation as it was about to happen.
struct Moment {
    SourceSite site; ///< in the user's own file where the call stack has one
    std::string call;              ///< the library's function that is called there, around the operation; empty: none
    std::vector<SourceSite> stack; ///< the user's calls that led to `site`, innermost first
    ObjectName object;
    std::vector<ObjectName> effects; ///< of the plain writes that led here, as in Step::effects
};

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

    /// The user's function that the thread runs, empty when there is none.
    std::string function_of(ThreadId t) const { return threads_[t].function; }
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
        std::string function, handle;
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
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::string>
        blocks_; ///< start and place of allocation: what it is called
    std::map<std::string, int> blocks_of_type_;
    std::map<std::uint64_t, std::string> pointees_;
    ThreadId created_ = runtime::max_threads; ///< the child whose handle the running thread writes next
};

} // namespace heddle::story
