// One execution in the making: the graph, the program's memory as the graph implies it, and for each thread what it
// does next. Events are added at the end and taken back from the end; nothing else changes it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "execution/behaviour.hpp"
#include "execution/give_back.hpp"
#include "execution/native_run.hpp"
#include "memory/list.hpp"
#include "smt/path_solver.hpp"

namespace heddle::execution {

using runtime::OpKind;

/// How the next operation of a thread goes: the decisions that make an execution. `stamp` is its place in <G.
struct Choice {
    EventId rf = graph::no_event; ///< reads: from where
    std::uint32_t place = 0;      ///< writes: index in mo (0: first)
    std::uint32_t pick = 0;       ///< choose, pick, branch: which; cas of symbolic values: 1 fails; trylocks: 0, or whom the
                                  ///< failure is blamed on (Rules::ways_to_fail)
    std::uint32_t stamp = 0;
    /// Decided before and added again: it has turned out to lead somewhere. Dead stack slots may hold other things in
    /// another native run, so that a round of a spin loop is recognised in one and only the next round in the other.
    bool again = false;
    bool wait = false; ///< reads of updates, branches: the result leaves the thread where it was; it waits
};

enum class Added : std::uint8_t {
    yes,
    inconsistent, ///< the memory model forbids it, or no inputs make it so; nothing was added
    spin,         ///< the value leaves the thread where it was: it must wait for another; nothing was added
    violation,    ///< added, and it led to a violation: see violation()
};

/// A state: how far each thread has come, in events and in changes (see Change) after the last of them.
struct StateCut {
    std::vector<std::uint32_t> events, changes;
};

/// What went wrong, where.
struct Violation {
    Verdict kind = Verdict::verified;
    std::string message;
    ThreadId thread = 0;
    std::uint64_t pc = 0, frame = 0;
    std::optional<Conflict> conflict; ///< races and uses after free: the other access
    std::uint64_t address = 0;        ///< what both access
    std::uint8_t mask = 0;
    AccessKind access = AccessKind::read;
    bool atomic = false;
    EventId user = graph::no_event; ///< memory is written that a thread uses: the event since which it does; it is told at `pc`
    /// Deadlock and livelock: the threads that cannot go on, with what each waits for.
    struct Waiting {
        ThreadId thread = 0;
        const Step* step = nullptr;
        ThreadId for_thread = runtime::max_threads; ///< who holds the mutex, or is joined; max_threads: nobody
    };
    std::vector<Waiting> waiting;
    /// Invariants: which one, and the state in which it is violated, with the leaves of the conjunct that is false there.
    std::optional<std::uint32_t> declaration;
    std::optional<StateCut> breach;
    std::vector<TermId> broken;
    Word also = 1; ///< what the inputs must fulfil besides the execution's own conditions
};

class Execution {
public:
    ~Execution() {
        if (tells_states_apart_) runtime::Machine::clear_dead_stacks(false);
    }

    /// Some thread was stopped because it ran for long: what it would have done then nobody knows. 0: none; else its place.
    std::uint64_t ran_long() const { return ran_long_; }

    /// What needs more than `needs` has says so there and throws NeedsMore.
    Execution(runtime::Machine& machine, const Options& options, Needs& needs);

    /// There are more threads than the clocks have room for. Throws OutOfResources where there can be no more.
    [[noreturn]] void need_lanes();

    /// From now on (before the first execution) steps have an identity, and memory a fingerprint.
    void tell_states_apart() { tells_states_apart_ = true, memory_.keep_fingerprint(), runtime::Machine::clear_dead_stacks(true); }
    /// Told of each plain access before it is made.
    void watch_accesses(std::function<void(ThreadId, const Cell&, AccessKind)> watch) { memory_.on_access = std::move(watch); }

    /// The empty graph, main before its first operation. A violation when main does not get that far.
    Added restart();

    /// Performs the next operation (or half of one) of the thread.
    Added add(ThreadId t, const Choice& choice);
    void undo_to(std::uint32_t size);

    const ExecutionGraph& graph() const { return graph_; }
    const Memory& memory() const { return memory_; }
    /// One more than the highest number of a thread so far.
    ThreadId thread_count() const { return thread_count_; }
    ThreadId thread_limit() const { return ThreadId(threads_.size()); }
    /// How many threads have read but not yet written in a read-modify-write.
    unsigned open_updates() const { return open_updates_; }
    bool alive(ThreadId t) const { return threads_[t].alive; }
    bool ended(ThreadId t) const { return threads_[t].ended; }
    /// The next operation; null when the thread has ended or waits in the middle of one (a waiting read).
    const Step* next(ThreadId t) const { return threads_[t].next; }
    /// What the step's atomic object holds before the first access to it.
    Value initial_value(const Step& step) const {
        return step.slot->location == graph::no_location ? memory_.value_of(*step.slot)
                                                         : graph_.location(step.slot->location).initial_value;
    }
    /// Whether the thread has read but not yet written in a read-modify-write.
    bool in_update(ThreadId t) const {
        const EventId last = graph_.last_of(t);
        return last < graph::no_event && graph_[last].thread == t && graph_[last].exclusive && graph_[last].is_read() &&
               !graph_[last].waiting;
    }

    /// The current location of the step's slot, or no_location before its first access.
    LocationId location(const Step& step) const { return step.slot->location; }
    /// What the read half of an update, or a compare_exchange, would do with the value.
    static bool updates(const Step& step, Value read);

    /// Where the result is known to lead from the step, with the plain memory as it is now; unknown when it is not.
    Target leads_to(const Step& step, Value result) const;
    /// The same for the next operation of t, running the program where it is not known. Adds nothing.
    Target learn(ThreadId t, Value result);
    /// For a clock in a loop: the choices of how much time passes (`passing`) that lead the thread somewhere else than a step and a
    /// jump of time do, one for each place: what a program does after ten milliseconds, but not after a second.
    std::vector<std::uint32_t> times_between(ThreadId t);
    /// How much time passes when the thread's next operation, a clock, goes so.
    std::uint32_t passes(ThreadId t, const Choice& choice) const {
        return choice.again || choice.pick || threads_[t].next->jump != Jump::must ? choice.pick : passing::jump;
    }
    /// What that clock shows then.
    std::int64_t time_of_clock(ThreadId t, std::uint32_t passes) const;

    /// Whether inputs that take the execution's path fulfil the condition as well.
    smt::Answer possible(Word condition) const;
    /// The same for a part of the execution: `path` are conditions of its events.
    smt::Answer possible(std::span<const Word> path, Word condition) const {
        return solver().possible(path, condition);
    }
    /// The events that are there under a condition only, in trail order.
    const std::vector<EventId>& conditional() const { return conditional_; }
    /// The simplest inputs that take the execution's path and fulfil the condition.
    smt::PathSolver::Solution inputs_for(Word condition) const;
    smt::Effort solver_effort() const { return solver_ ? solver_->effort() : smt::Effort{}; }
    /// Whether a compare_exchange at that step succeeds when it reads the value: a condition on the inputs.
    static Word succeeds(const Step& step, Value read);

    /// For operations that wait: the event that lets it go on; no_event: not yet.
    EventId awaited(ThreadId t) const;
    /// Whether the thread has just gone a round that gave back what it took (Step::round), and nobody who has got anywhere
    /// has seen the round: another one would be the same again, so that it waits (decision 14).
    bool waits_for_change(ThreadId t) const;
    /// The thread that can end the wait of a grant or join: the holder, the joined one; max_threads: nobody in
    /// particular.
    ThreadId holder(ThreadId t) const;
    /// Whether it waits only because the execution is one that cannot be (Rules::would_not_wait).
    bool would_not_wait(ThreadId t) const;
    /// In how many ways the thread's next operation, which may fail to take a lock, fails when it reads that place in the queue
    /// (initial: none), or one by an operation of kind `newest` after it. 0: it does not fail.
    unsigned ways_to_fail(ThreadId t, EventId place) const;
    unsigned ways_to_fail(OpKind kind, OpKind newest, EventId before) const;
    /// The place in the queue of the holder whom such a failure is blamed on.
    EventId blamed(ThreadId t, EventId place, unsigned pick) const;
    /// Whether such an operation fails now, when it comes after the place: 0 or one of the ways to fail.
    unsigned refusal(const runtime::Operation& op, EventId place) const;
    const Slot& slot_number(std::uint32_t number) const { return memory_.slot_number(number); }
    /// Notifications of the waits for a change at that address which a wait that has read the write at `place` (of mo)
    /// cannot miss: the change happened before the notification, and after what was read ([atomics.wait]).
    std::vector<EventId> notifications(std::uint64_t address, LocationId l, std::uint32_t place) const;
    /// Whether a wait for a change at that address that has read the write at `place` is woken for certain.
    bool surely_woken(std::uint64_t address, LocationId l, std::uint32_t place) const;
    /// Whether the thread, which waits for a change, may do so for ever although there has been one.
    bool left_waiting(ThreadId t) const;
    /// Those who have come to the phase of the meeting that the operation is about, in the order in which they are met.
    std::vector<EventId> arrivals(LocationId l, Value phase) const;

    /// For pick: the threads that wait on the condition, longest first.
    std::vector<ThreadId> waiters(ThreadId t) const;
    /// What the signal has picked; no_event: nothing yet.
    EventId pick_of(EventId signal) const;

    const Violation& violation() const { return violation_; }
    /// A loop that was cut at the bound of unrolling, for messages.
    struct CutLoop {
        std::vector<std::uint64_t> place; ///< the return addresses of its operation, innermost first
        /// What a round changes; none: nothing that others could see.
        enum class Changes : std::uint8_t { nothing, object, memory } changes = Changes::nothing;
        std::uint64_t address = 0, pc = 0; ///< of the change
    };
    /// The first one that was met; its place is empty when there is none.
    const CutLoop& cut_loop() const { return cut_loop_; }
    /// A stamp later than all in the graph.
    std::uint32_t new_stamp() const { return graph_.size() ? graph_[graph_.by_stamp().back()].stamp + 1 : 1; }
    ThreadId child_of(ThreadId parent);
    /// How many threads it has created.
    std::uint32_t children_made(ThreadId t) const { return threads_[t].children; }

    /// Bytes held by remembered behaviour; forget() drops it (only at the empty graph).
    std::size_t remembered() const { return behaviour_.bytes(); }
    void forget();

    runtime::Machine& machine() const { return machine_; }
    NativeRun& native() { return native_; }
    const std::map<std::pair<ThreadId, std::uint32_t>, ThreadId>& children() const { return children_; }
    /// What is known of the memory that threads share.
    const SharedStack& shared() const { return shared_; }
    /// That block of a stack (SharedStack) will be used by other threads than its owner.
    void foretell_shared_stack(std::uint64_t block) { shared_.foretell(block); }
    const Options& options() const { return options_; }
    /// Plain accesses to those bytes of a word are known to race, and to have to be made in such pieces.
    void know_word(std::uint64_t address, std::uint8_t visible, unsigned piece);
    void know_children(const std::map<std::pair<ThreadId, std::uint32_t>, ThreadId>& children) { children_ = children; }

private:
    /// What has become, in a round, of the moments that a thread's state holds.
    struct Moments {
        bool same_but_for_time = false; ///< each stands still, or has moved with the clock
        bool stand_still = true;        ///< all of them
        bool ahead = false;             ///< one that stands still is still to come, and not far off
    };
    static Moments compare_moments(const Step& before, const Step& now);

    struct Thread {
        const Step* next = nullptr;
        std::uint32_t children = 0;
        bool alive = false, ended = false;
    };
    struct Mark {
        Memory::Mark memory;
        std::uint32_t locations = 0;
    };

    smt::PathSolver& solver() const;
    std::vector<Word> path() const;
    graph::Event describe_event(ThreadId t, const Step& step, const Choice& choice);
    LocationId ensure_location(const Step& step);
    Added push(const graph::Event& event, std::uint32_t place, const Step& step);
    Added after(EventId e, const Step& step);
    Added follow(ThreadId t, Branches& from, Value key, Step* parent, bool child);
    template <typename Record>
    const runtime::Operation& record_explained(ThreadId t, const Record& record);
    /// Memory was written by that function, or by code that has no name: what threads do cannot be remembered.
    [[noreturn]] void need_replaying(const char* function = "code that was not instrumented");
    [[noreturn]] void tell_unexplained(ThreadId t, const runtime::Operation& next) const;
    /// The stack or the thread-local variables of that thread.
    bool is_own(ThreadId t, std::uint64_t address) const {
        return machine_.stack_owner(address) == t || machine_.thread_local_at(address).thread == t;
    }
    void discover(ThreadId t, Branches& from, Value key, Step* parent, bool child);
    void grow(ThreadId t, const runtime::Operation& op, Branches& from, Value key, Step* parent);
    Added enter(ThreadId t, const Step& step);
    [[noreturn]] void explore_accesses(std::uint64_t first_word, std::uint64_t size, std::uint8_t bytes, std::uint64_t pc);
    void agree_on_pieces(const runtime::Operation& op);
    Added too_many_arrivals(EventId e, const Step& step);
    Added misuse(ThreadId t, const std::string& message, std::uint64_t pc, std::uint64_t frame);
    /// That memory holds a mutex that somebody holds, or a condition variable that somebody waits on.
    struct InUse {
        EventId since = graph::no_event; ///< the event since which it is used; no_event: it is not
        std::string by;                  ///< "while T1 holds it"
    };
    InUse in_use(LocationId queue) const;
    bool holds_queue(const Cell& cell) const;
    Added conflict(ThreadId t, const Conflict& conflict, const Cell& cell, std::uint8_t mask, AccessKind kind,
                   std::uint64_t pc, std::uint64_t frame, bool atomic);
    void add_release(const SegmentListener::Release& release, std::vector<Effect>& effects);
    void add_unseen_writes(ThreadId t, std::uint64_t pc, std::vector<Effect>& effects);
    void check_initial_value(const Step& step);
    std::uint64_t after_write(const Effect& effect, const Cell& word, std::uint64_t before) const;
    static std::uint64_t atomic_bytes(const Cell& cell);
    static std::uint64_t atomic_bits(const Cell& cell);
    Step* make_step(ThreadId t, const runtime::Operation& operation, Step* parent, Value result);
    void remember_state(ThreadId t, Step& step);
    void identify(ThreadId t, Step& step) const;
    CutLoop describe_cut(ThreadId t, const Step& step) const;
    /// The earlier step at which the thread was in the same state; null: none. `given_back`: the round has changed things,
    /// and has changed all of them back.
    struct Back {
        const Step* to = nullptr;
        bool given_back = false;
        bool relocks = false;     ///< a mutex that was held at the beginning has been given up in between
        unsigned clocks = 0;      ///< that were looked at in the round
        bool all_again = true;    ///< each of them had been looked at in the same state before
        bool late = false;        ///< time has jumped in the round
        Moments moments;
    };
    Back returns_to(ThreadId t, const Step& step, bool (*accept)(const Back&)) const;
    Back leads_back(ThreadId t, const Step& step) const;
    void look_for_jump(ThreadId t, Step& clock) const;
    void remove_last();

    std::vector<RoundEvents> rounds_given_back(ThreadId t) const;
    bool is_one_too_many(EventId arrival) const;
    bool may_have_taken(EventId read, EventId notification) const;

    runtime::Machine& machine_;
    const Options options_;
    Needs& needs_;
    const bool remember_;
    std::unique_ptr<memory::MemoryModel> model_;
    ExecutionGraph graph_;
    Memory memory_;
    Behaviour behaviour_;
    NativeRun native_;
    SharedStack& shared_;
    SegmentListener recorder_;
    std::vector<Thread> threads_;
    CutLoop cut_loop_;
    bool adding_again_ = false, tells_states_apart_ = false;
    std::uint64_t ran_long_ = 0;
    ThreadId thread_count_ = 1; ///< never falls; threads that are gone again have no next step
    unsigned open_updates_ = 0;
    std::vector<EventId> conditional_; ///< events that assume something of the inputs
    mutable std::unique_ptr<smt::PathSolver> solver_; ///< made when first asked: most programs have no symbolic values
    std::vector<Mark> marks_;
    std::vector<Fingerprint> fingerprints_; ///< of memory, at those marks
    std::map<std::pair<ThreadId, std::uint32_t>, ThreadId> children_;
    Violation violation_;
};

} // namespace heddle::execution
