// Threads: creation, joining, and their end, which comes after the destructors of thread-local objects.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <link.h>
#include <pthread.h>
#include <dlfcn.h>
#include <threads.h>
#include <unistd.h>

#include "native/accesses.hpp"
#include "native/findings.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/locking.hpp"
#include "native/noise.hpp"
#include "native/process.hpp"
#include "native/real.hpp"
#include "native/recorder.hpp"
#include "native/sync.hpp"

namespace heddle::native {
namespace {

using Kind = trace::RecordedKind;

pthread_key_t last_key;

struct ThreadLocals {
    std::size_t module = 0, size = 0; ///< the loader's number of the program; 0: it has none
} thread_locals;

/// As the loader wants it (<dl-tls.h> is not installed).
struct TlsIndex {
    unsigned long module, offset;
};
extern "C" void* __tls_get_addr(TlsIndex*);

/// A robust mutex whose owner ends is the next one's, who is told (EOWNERDEAD) and knows what the owner did. (tests/run/races/robust_mutexes.c)
void leave_robust_mutexes(Thread& thread) {
    constexpr int robust = 16; // in glibc's kind of a mutex
    for (std::uint32_t i = thread.held_count; i-- > 0;) {
        Sync& sync = sync_numbered(thread.held[i].sync);
        const auto kind = static_cast<SyncKind>(sync.kind);
        if (!sync.address || (kind != SyncKind::mutex && kind != SyncKind::recursive_mutex)) continue;
        const auto* const mutex = reinterpret_cast<const pthread_mutex_t*>(sync.address);
        if (!(mutex->__data.__kind & robust)) continue;
        sync.recursion = 1; // however often it was taken
        lock_given_up(thread, mutex, kind, 0);
    }
}

/// Runs among the destructors of thread-specific data, as late as there are rounds of them.
void thread_ends(void* rounds_left) {
    const auto left = reinterpret_cast<std::uintptr_t>(rounds_left);
    if (left > 1) {
        pthread_setspecific(last_key, reinterpret_cast<void*>(left - 1));
        return;
    }
    Thread* thread = me;
    if (!thread) return;
    thread->busy = true;
    drain(*thread);
    leave_robust_mutexes(*thread);
    if (thread->recorder) thread->recorder->event(Kind::end, 0);
    leave_thread(*thread);
}

struct Start {
    void* (*function)(void*);
    void* argument;
    Thread* thread;
};

void* run(void* argument) {
    const Start start = *static_cast<Start*>(argument);
    delete static_cast<Start*>(argument);
    enter_thread(start.thread);
    start.thread->busy = true;
    fresh_thread_locals();
    begin_recording(*start.thread);
    join_noise(*start.thread);
    thread_does.will_end();
    visible(*start.thread);
    start.thread->busy = false;
    return start.function(start.argument);
}

int create_with(pthread_t* handle, const pthread_attr_t* attributes, void* (*function)(void*), void* argument,
                std::uint64_t named, std::uint64_t pc) {
    if (!watching()) return HEDDLE_NATIVE(pthread_create)(handle, attributes, function, argument);
    access_range(reinterpret_cast<std::uint64_t>(handle), sizeof *handle, Access::write, pc);
    const Inside inside;
    Thread& parent = *me;
    visible(parent);
    Thread* child = new_thread(parent, named, pc);
    int state = PTHREAD_CREATE_JOINABLE;
    if (attributes) pthread_attr_getdetachstate(attributes, &state);
    child->detached = state == PTHREAD_CREATE_DETACHED;
    if (parent.recorder) parent.recorder->event(Kind::create, pc, 0, child->serial);
    pthread_t made{};
    const int result = HEDDLE_NATIVE(pthread_create)(&made, attributes, run, new Start{function, argument, child});
    if (result != 0) {
        abandon_thread(child);
        return result;
    }
    child->handle = made;
    *handle = made;
    parent.watched->moves.fetch_add(1, std::memory_order_relaxed);
    return 0;
}

bool in_module(std::uint64_t address) { return address - module_begin < module_end - module_begin; }

/// What the thread will run, for its name: of a std::thread the user's callable, through the virtual function of its state.
std::uint64_t named_function(void* (*function)(void*), void* argument) {
    const auto address = reinterpret_cast<std::uint64_t>(function);
    if (in_module(address) || !argument || reinterpret_cast<std::uint64_t>(argument) % 8) return address;
    std::uint64_t table = 0;
    std::memcpy(&table, argument, sizeof table);
    if (!in_module(table)) return address;
    std::uint64_t body = 0;
    std::memcpy(&body, reinterpret_cast<const char*>(table) + 2 * sizeof body, sizeof body); // after two destructors
    return in_module(body) ? body : address;
}

constexpr const char* start_cxx_name = "_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE";

int create(pthread_t* handle, const pthread_attr_t* attributes, void* (*function)(void*), void* argument) {
    return create_with(handle, attributes, function, argument, named_function(function, argument), HEDDLE_CALLER);
}

/// While one lives, a call that has no hook at its entry counts as the thread's innermost one.
class CalledFrom {
public:
    explicit CalledFrom(std::uint64_t pc) : thread_(watching() ? me : nullptr) {
        if (!thread_) return;
        if (thread_->depth < max_depth) thread_->frames[thread_->depth].pc = pc;
        ++thread_->depth;
    }
    ~CalledFrom() {
        if (!thread_) return;
        --thread_->depth;
        thread_->placed = std::min(thread_->placed, thread_->depth);
    }
    CalledFrom(const CalledFrom&) = delete;

private:
    Thread* thread_;
};

/// The thread has ended and this one knows it.
void joined(Thread& thread, Thread& other, std::uint64_t pc) {
    while (!other.ended.load(std::memory_order_acquire)) sched_yield(); // at most the last lines of thread_ends
    acquire_from(thread, other.final);
    thread.news = true;
    thread.strong.join(other.strong);
    thread.strong.raise(other.slot, other.final[other.slot]);
    if (thread.recorder) thread.recorder->event(Kind::join, pc, 0, other.serial);
    retire_thread(other);
}

int wait_for_first(Thread& first, Waiting waiting) {
    if (&first == me) return EDEADLK;
    while (!first.ended.load(std::memory_order_acquire)) {
        if (waiting != Waiting::join) return EBUSY;
        const timespec moment{0, 200'000};
        clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, nullptr);
    }
    return 0;
}

/// The C library says that the handle cannot be joined. (std::thread has handles of its own and throws.)
void tell_misused_handle(int result, const Thread* other, std::uint64_t pc) {
    if (result == EDEADLK) found(FoundKind::misuse, pc, 0, "%s", other == me ? "a thread joins itself" : "two threads join each other");
    else if (result == EINVAL) found(FoundKind::misuse, pc, 0, "a detached thread is joined, or one that another thread joins already");
    else if (result == ESRCH) found(FoundKind::misuse, pc, 0, "what is joined is no thread");
}

template <typename Join>
int join_with(pthread_t handle, std::uint64_t pc, Waiting waiting, Join act) {
    if (!watching()) return act();
    const Inside inside;
    Thread& thread = *me;
    visible(thread);
    Thread* other = thread_with(handle);
    if (!other && was_joined(handle)) {
        found(FoundKind::misuse, pc, 0, "a thread is joined that was joined before, or detached");
        return ESRCH; // the C library may have given the handle's memory to another thread
    }
    int result;
    {
        const WaitingFor note(thread, waiting, other ? other->serial : 0, 0, pc);
        // The first thread does not really end before the process does, see be_the_program().
        if (other && other->serial == 0) result = wait_for_first(*other, waiting);
        else result = act();
    }
    // When the call began, the thread may have been in a fiber that it did not end in.
    if (result == 0 && other && other->handle != handle) other = thread_with(handle);
    if (result == 0 && other) joined(thread, *other, pc);
    else tell_misused_handle(result, other, pc);
    return result;
}

int join(pthread_t handle, void** value) {
    return join_with(handle, HEDDLE_CALLER, Waiting::join, [&] { return HEDDLE_NATIVE(pthread_join)(handle, value); });
}
/// std::thread::join is in the C++ library, and calls pthread_join from there: the call of the user's is the one to be told.
void join_cxx(std::thread* thread) {
    using Join = void (*)(std::thread*);
    static const auto real = reinterpret_cast<Join>(dlsym(RTLD_NEXT, "_ZNSt6thread4joinEv"));
    const std::uint64_t pc = HEDDLE_CALLER;
    const CalledFrom frame(pc);
    real(thread);
}
/// Likewise what std::thread's constructor calls to create the thread. (The state is a unique_ptr, handed over by its address.)
void start_cxx(std::thread* thread, void* state, void (*depend)()) {
    using StartThread = void (*)(std::thread*, void*, void (*)());
    static const auto real = reinterpret_cast<StartThread>(dlsym(RTLD_NEXT, start_cxx_name));
    const CalledFrom frame(HEDDLE_CALLER);
    real(thread, state, depend);
}
int tryjoin(pthread_t handle, void** value) {
    return join_with(handle, HEDDLE_CALLER, Waiting::outside, [&] { return HEDDLE_NATIVE(pthread_tryjoin_np)(handle, value); });
}
int timedjoin(pthread_t handle, void** value, const timespec* until) {
    return join_with(handle, HEDDLE_CALLER, Waiting::outside, [&] { return HEDDLE_NATIVE(pthread_timedjoin_np)(handle, value, until); });
}
int clockjoin(pthread_t handle, void** value, clockid_t clock, const timespec* until) {
    return join_with(handle, HEDDLE_CALLER, Waiting::outside, [&] { return HEDDLE_NATIVE(pthread_clockjoin_np)(handle, value, clock, until); });
}

// --- std::promise::set_value_at_thread_exit ---

/// libstdc++'s note that a shared state is to be made ready when its thread ends (<future>, where it is private).
struct MakeReady {
    void* next;
    void (*run)(void*);
    struct State* state;
    struct Counts {
        void* table;
        std::atomic<int> used, weak;
    } * counts;
};
/// … and what it is the note of, as far as its status.
struct State {
    void* table;
    void* result;
    std::uint32_t status;
};

void (*library_makes_ready)(void*) = nullptr;

/// One holder more. False: there is none any more.
bool hold(std::atomic<int>& used) {
    int count = used.load();
    while (count > 0)
        if (used.compare_exchange_weak(count, count + 1)) return true;
    return false;
}

/// Among the destructors of thread-specific data: the library stores the status there, unseen, and whoever reads it knows what the thread did.
/// The state is held meanwhile and given up by a hooked update: else the library would be the last to hold it when main gives it up
/// in between, and destroy it without knowing what main did (values_at_thread_exit, under noise).
void makes_ready(void* given) {
    const auto* const note = static_cast<const MakeReady*>(given);
    MakeReady::Counts* const counts = note->counts;
    if (!watching() || !counts || !hold(counts->used)) return library_makes_ready(given);
    {
        const Inside inside;
        drain(*me);
        Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(&note->state->status));
        const std::lock_guard guard(sync.lock);
        release_at(*me, sync, true);
    }
    library_makes_ready(given);
    if (drop_use(reinterpret_cast<int*>(&counts->used)) == 1)
        reinterpret_cast<std::_Sp_counted_base<>*>(counts)->_M_release_last_use_cold();
}

constexpr const char* ready_at_exit_name = "_ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv";

void ready_at_exit(MakeReady* note) {
    using Set = void (*)(MakeReady*);
    static const auto real = reinterpret_cast<Set>(dlsym(RTLD_NEXT, ready_at_exit_name));
    real(note);
    library_makes_ready = note->run; // always the same
    note->run = makes_ready;
}

int detach(pthread_t handle) {
    if (watching()) {
        const Inside inside;
        if (Thread* other = thread_with(handle)) {
            other->detached = true;
            if (other->ended) retire_thread(*other);
        }
    }
    return HEDDLE_NATIVE(pthread_detach)(handle);
}

struct C11Start {
    thrd_start_t function;
    void* argument;
};

void* run_c11(void* given) {
    const C11Start start = *static_cast<C11Start*>(given);
    delete static_cast<C11Start*>(given);
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(start.function(start.argument)));
}

int c11_create(thrd_t* handle, thrd_start_t function, void* argument) {
    const int result = create_with(handle, nullptr, run_c11, new C11Start{function, argument},
                                   reinterpret_cast<std::uint64_t>(function), HEDDLE_CALLER);
    return result == 0 ? thrd_success : result == ENOMEM ? thrd_nomem : thrd_error;
}
int c11_join(thrd_t handle, int* result) {
    void* value = nullptr;
    const int error = join_with(handle, HEDDLE_CALLER, Waiting::join, [&] { return HEDDLE_NATIVE(pthread_join)(handle, &value); });
    if (result) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(value));
    return error == 0 ? thrd_success : thrd_error;
}
int c11_detach(thrd_t handle) { return detach(handle) == 0 ? thrd_success : thrd_error; }

int yield() {
    if (watching()) {
        visible(*me);
        me->watched->spins.fetch_add(1, std::memory_order_relaxed);
    }
    return HEDDLE_NATIVE(sched_yield)();
}

/// A system call that ends by itself, or by what another process does.
template <typename Call>
auto outside(std::uint64_t pc, Call call) {
    if (!watching()) return call();
    std::optional<WaitingFor> note;
    {
        const Inside inside;
        drain(*me);
        note.emplace(*me, Waiting::outside, 0, 0, pc);
    }
    return call(); // its thread's signal handlers are looked at
}

unsigned sleep_seconds(unsigned seconds) {
    return outside(HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(sleep)(seconds); });
}
int sleep_microseconds(useconds_t time) {
    return outside(HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(usleep)(time); });
}
int sleep_nanoseconds(const timespec* time, timespec* left) {
    return outside(HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(nanosleep)(time, left); });
}
int sleep_clock(clockid_t clock, int flags, const timespec* time, timespec* left) {
    return outside(HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(clock_nanosleep)(clock, flags, time, left); });
}
int sleep_c11(const timespec* time, timespec* left) {
    return outside(HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(thrd_sleep)(time, left); });
}
int pause_for_signal() {
    return outside(HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pause)(); });
}

} // namespace

void prepare_thread_locals(const program::Module& module) {
    const std::string path = module.path();
    const auto look = [&](const dl_phdr_info& info) {
        if (path != info.dlpi_name) return 0;
        thread_locals.module = info.dlpi_tls_modid;
        for (int i = 0; i < info.dlpi_phnum; ++i)
            if (info.dlpi_phdr[i].p_type == PT_TLS) thread_locals.size = info.dlpi_phdr[i].p_memsz;
        return 1;
    };
    dl_iterate_phdr([](dl_phdr_info* info, std::size_t, void* call) { return (*static_cast<const decltype(look)*>(call))(*info); },
                    const_cast<void*>(static_cast<const void*>(&look)));
}

void fresh_thread_locals() {
    if (!thread_locals.module || !thread_locals.size) return;
    TlsIndex index{thread_locals.module, 0};
    const auto block = reinterpret_cast<std::uint64_t>(__tls_get_addr(&index));
    forget_accesses(block, thread_locals.size);
    forget_syncs(block, thread_locals.size);
}

void prepare_thread_ends() {
    pthread_key_create(&last_key, thread_ends);
    thread_does.will_end = [] { pthread_setspecific(last_key, reinterpret_cast<void*>(std::uintptr_t{PTHREAD_DESTRUCTOR_ITERATIONS})); };
}

std::span<const Hook> thread_hooks() {
    static const Hook hooks[]{
        hook("pthread_create", create), hook("pthread_join", join), hook("_ZNSt6thread4joinEv", join_cxx), hook(start_cxx_name, start_cxx),
        hook(ready_at_exit_name, ready_at_exit), hook("pthread_tryjoin_np", tryjoin),
        hook("pthread_timedjoin_np", timedjoin), hook("pthread_clockjoin_np", clockjoin), hook("pthread_detach", detach),
        hook("thrd_create", c11_create), hook("thrd_join", c11_join), hook("thrd_detach", c11_detach),
        hook("sched_yield", yield), hook("pthread_yield", yield), hook("thrd_yield", yield),
        hook("sleep", sleep_seconds), hook("usleep", sleep_microseconds), hook("nanosleep", sleep_nanoseconds),
        hook("clock_nanosleep", sleep_clock), hook("thrd_sleep", sleep_c11), hook("pause", pause_for_signal),
    };
    return hooks;
}

} // namespace heddle::native
