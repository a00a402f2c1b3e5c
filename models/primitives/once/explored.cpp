// pthread_once (and std::call_once on it) and the guards of static locals: a state word decided by atomic operations of the
// engine, so that who initialises is explored and who comes late has synchronised with it.

#include <pthread.h>

#include <cstdint>
#include <mutex>

#include "program/module.hpp"
#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;

namespace {

enum State : std::uint8_t { untouched = 0, running = 1, done = 2 };

/// A state of `size` bytes at `word`.
class OnceWord {
public:
    OnceWord(void* word, unsigned size, std::uint64_t pc) : word_(word), size_(size), pc_(pc) {}

    /// @return true when the caller is to initialise, false when it has been done
    bool enter() const {
        for (;;) {
            Operation op = make(OpKind::cas, MemoryOrder::acq_rel);
            op.failure_order = MemoryOrder::acquire;
            op.expected = untouched;
            op.operand = running;
            const Value old = backend->perform(op);
            if (old == untouched) return true;
            if (old == done) return false;
            Operation wait = make(OpKind::load, MemoryOrder::acquire);
            wait.wait = Wait::once;
            wait.expected = running;
            backend->perform(wait);
        }
    }
    void leave(State state) const { set(word_, size_, state); }
    void set(void* word, unsigned size, Value value) const {
        Operation op = make(OpKind::store, MemoryOrder::release);
        op.address = reinterpret_cast<std::uint64_t>(word);
        op.size = static_cast<std::uint8_t>(size);
        op.operand = value;
        backend->perform(op);
    }

private:
    Operation make(OpKind kind, MemoryOrder order) const {
        Operation op = operation(kind, reinterpret_cast<std::uint64_t>(word_), pc_);
        op.size = static_cast<std::uint8_t>(size_);
        op.order = order;
        return op;
    }

    void* word_;
    unsigned size_;
    std::uint64_t pc_;
};

/// What std::call_once is to call lies in libstdc++'s thread-local variables, which all fibers share.
class CallOnceVariables {
public:
    CallOnceVariables() : callable_(std::__once_callable), call_(std::__once_call) {}
    void put_back() const {
        std::__once_callable = callable_;
        std::__once_call = call_;
    }

private:
    void* callable_;
    void (*call_)();
};

} // namespace

extern "C" int heddle_pthread_once(pthread_once_t* control, void (*routine)()) {
    if (!modelled(control)) return HEDDLE_REAL(pthread_once, control, routine);
    const CallOnceVariables variables;
    const OnceWord once(control, sizeof *control, HEDDLE_PC);
    if (!once.enter()) return 0;
    const EntryRegisters entry = current().entry;
    variables.put_back();
    try {
        routine();
    } catch (...) {
        current().entry = entry;
        once.leave(untouched);
        throw;
    }
    current().entry = entry;
    once.leave(done);
    return 0;
}

// The compiler reads the guard's first byte (acquire) and calls only when it is zero; the second byte is ours.

namespace {

/// A guard of the program's while its static constructors run (one thread). All other guards are the real functions'.
bool in_constructors(const void* guard) {
    return in_program && !on_fiber() && program::Module::loaded()->contains(reinterpret_cast<std::uint64_t>(guard));
}

} // namespace

extern "C" int heddle___cxa_guard_acquire(std::uint8_t* guard) {
    if (modelled(guard)) return OnceWord(guard + 1, 1, HEDDLE_PC).enter();
    if (in_constructors(guard)) return !guard[0];
    static int (*cached)(std::uint8_t*) = nullptr;
    return real(cached, "__cxa_guard_acquire")(guard);
}

extern "C" void heddle___cxa_guard_release(std::uint8_t* guard) {
    if (modelled(guard)) {
        const OnceWord once(guard + 1, 1, HEDDLE_PC);
        once.set(guard, 1, 1);
        return once.leave(done);
    }
    if (in_constructors(guard)) {
        guard[0] = 1;
        guard[1] = done;
        return;
    }
    static void (*cached)(std::uint8_t*) = nullptr;
    real(cached, "__cxa_guard_release")(guard);
}

extern "C" void heddle___cxa_guard_abort(std::uint8_t* guard) {
    if (modelled(guard)) return OnceWord(guard + 1, 1, HEDDLE_PC).leave(untouched);
    if (in_constructors(guard)) return;
    static void (*cached)(std::uint8_t*) = nullptr;
    real(cached, "__cxa_guard_abort")(guard);
}
