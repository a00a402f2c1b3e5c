// A thread of the program as a fiber, and what the hooks know of the one that runs now.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/arena.hpp"
#include "runtime/operation.hpp"

namespace heddle::runtime {

/// What entry.S stores when a hook is entered: with the stack from rsp up, the whole live state of the caller.
struct EntryRegisters {
    std::uint64_t rbx, rbp, r12, r13, r14, r15, rsp;
};

/// What a new thread is to run.
struct StartRequest {
    void* (*function)(void*) = nullptr;
    void* argument = nullptr;
    std::uint64_t user_function = 0; ///< what to call the thread in reports
    std::uint64_t stack_size = 0;    ///< bytes that were asked for; 0: the usual
};

/// A destructor of a thread_local object.
struct ThreadExitCall {
    void (*destructor)(void*);
    void* object;
    std::uint64_t place; ///< where the object was made
};

/// A mutex that the thread holds (or waits for as a relock), by its own history.
struct HeldMutex {
    std::uint64_t address;
    std::uint32_t count;
    bool robust = false; ///< when the thread ends, the next to lock it is told
    bool shared = false; ///< a readers-writer lock, to read: `count` times
};

/// A library function that is followed (follow.hpp), or a call out of it to code that is not: a hook, or the program.
struct Followed {
    const char* function; ///< the library's function
    std::uint64_t pc;     ///< where the program called it
    std::uint64_t slot;   ///< where on the stack the return address of this call is
    std::uint64_t goes_on_at; ///< of a call out: the real return address; 0: none, this is the function itself
    std::uint32_t steps;
};

struct Fiber;

/// Whether threads find zeros where they have not written, so that their states are told apart by what they have done only.
inline bool stacks_are_cleared = false;

/// The rest of a hook after an operation, run by the engine in the fiber's stead, so that the fiber need not be switched to
/// between the operations of one hook. @return whether the hook returns, with `result`; else another operation is pending.
using Continuation = bool (*)(Fiber& fiber, Value& result);

struct Fiber {
    // entry.S knows the offsets of these.
    EntryRegisters entry{};
    std::uint64_t lowest = 0; ///< of the stack pointers seen since reset
    /// The stack pointer to go on with; null: at the end of the hook that was entered last, with the registers stored there.
    void* context = nullptr;
    Value result = 0; ///< what the pending operation returns
    /// Where the program called the import that is not ours and was entered last.
    std::uint64_t import_call = 0;
    const struct Import* imported = nullptr; ///< which

    const Operation* pending = nullptr; ///< valid until the fiber runs again
    Operation operation;                ///< the pending one, when its hook has nothing more to do than to return the result
    Continuation then = nullptr;        ///< what the hook does with the pending operation's result; null: returns it
    std::uint64_t scratch[6] = {};      ///< for the continuations of one hook
    std::uint32_t number = 0;
    bool started = false, ended = false, joined = false, detached = false;
    bool has_children = false; ///< it has created threads
    bool process_over = false; ///< it ends the process: values of pthread keys are not destroyed

    std::uint64_t* calls = nullptr; ///< shadow call stack: return addresses, outermost first
    std::uint32_t depth = 0, max_depth = 0;

    std::uint64_t stack_bottom = 0, stack_top = 0;
    std::byte* tls = nullptr;
    Arena* heap = nullptr;

    StartRequest start;   ///< what it runs
    char name[16] = {};   ///< that the program has given it
    void* at_thread_exit = nullptr; ///< the newest of what std::promise and its kin leave for then
    StartRequest request; ///< of its pending create
    void* exit_value = nullptr;
    std::uint64_t exception_globals[2] = {0, 0};
    std::uint64_t throw_pc = 0;
    std::uint64_t library_call = 0; ///< return address of the call of a library function that runs; 0: none
    int error_number = 0;

    static constexpr std::uint32_t max_followed = 64;
    Followed followed[max_followed]; ///< innermost last
    std::uint32_t followed_count = 0;

    // The virtual time (Operation has the same), and what is said of the next load: see hooks_wait.cpp.
    std::int64_t slept = 0, not_before = 0;
    Wait waiting = Wait::none;      ///< what its loads wait for
    std::uint64_t awaited = 0;      ///< the address of the load that waits for another value; 0: none
    Value unwanted = 0;             ///< the value it has had enough of

    std::uint32_t inputs = 0; ///< how often it has asked for one (heddle::any)

    static constexpr std::uint32_t max_held = 64;
    HeldMutex held[max_held];
    std::uint32_t held_count = 0;

    static constexpr std::uint32_t max_exit_calls = 64;
    ThreadExitCall exit_calls[max_exit_calls];
    std::uint32_t exit_call_count = 0;

    static constexpr std::uint32_t max_keys = 64;
    void* key_values[max_keys];
    std::uint32_t used_keys = 0; ///< key values at or above are null and not yet cleared

    /// Forgets the last run (memory is the machine's business).
    void forget();
};

/// The fiber that runs; &outside when none does (the engine, static constructors).
extern "C" Fiber* heddle_current;
extern Fiber outside;
inline Fiber& current() { return *heddle_current; }
inline bool on_fiber() { return heddle_current != &outside; }

/// Set while the program's own code runs (on a fiber or in static constructors), not while ours does: operator new and
/// the interposed functions ask.
extern bool in_program;

/// How often a fiber was switched to: the watchdog's measure of progress.
extern std::uint64_t switch_count;

/// Whether a call of an interposed function comes from a thread of the program.
inline bool from_fiber() { return in_program && on_fiber(); }

/// Our code runs for a while in the middle of the program.
class EngineScope {
public:
    EngineScope() : before_(in_program) { in_program = false; }
    ~EngineScope() { in_program = before_; }
    EngineScope(const EngineScope&) = delete;

private:
    bool before_;
};

static_assert(offsetof(Fiber, context) == 64 && offsetof(Fiber, result) == 80 && offsetof(Fiber, import_call) == 96 &&
                  offsetof(Fiber, imported) == 104, "entry.S has these offsets");

/// Kept of each thread on its stack, from where it begins: memory of the program, for programs whose threads ask about each other.
struct AskedOfThreads {
    std::uint64_t ended;
    std::uint64_t name[2];
};
inline AskedOfThreads* asked_of(const Fiber& fiber) { return reinterpret_cast<AskedOfThreads*>(fiber.stack_top - 32); }

/// Puts the fiber at the start of its StartRequest.
void prepare(Fiber& fiber);
/// Runs the fiber until it switches back with a pending operation. Called by the engine.
void switch_to(Fiber& fiber);
extern "C" {
/// entry.S: from the engine into the fiber, to return when the fiber suspends.
void heddle_enter(Fiber* fiber);
/// entry.S: from the current fiber to the engine.
void heddle_suspend(Fiber* fiber);
}

/// The current fiber stops with `operation` pending; returns when the engine resumes it. Callable from a signal handler.
inline void switch_to_engine(const Operation& operation) {
    heddle_current->pending = &operation;
    heddle_suspend(heddle_current);
}

/// Runs what is due at the end of the current thread and performs its `end`.
[[noreturn]] void end_thread(void* exit_value);

} // namespace heddle::runtime
