#include "runtime/outside_state.hpp"
#include "runtime/exit_functions.hpp"

#include <new>
#include <vector>

#include <ios>

#include "runtime/heap.hpp"
#include "runtime/hooks.hpp"
#include "runtime/memory.hpp"

using namespace heddle;
using namespace heddle::runtime;

/// entry.S: calls the function as the program would, so that code of a library is followed.
extern "C" void heddle_call_as_program(void* function, void* first, void* second);

namespace heddle::runtime {
namespace {

/// One that was registered: called with both arguments, of which most take the first, or none.
struct ExitFunction {
    ExitFunction* next;
    void* function;
    void* first;
    void* second;
    std::uint64_t place; ///< where it was registered
};

/// In the program's memory.
struct Process {
    std::uint64_t lock; ///< the place of a queue
    ExitFunction* at_exit;
    ExitFunction* at_quick_exit;
    std::uint64_t is_ending;
};

Process* process = nullptr;
const program::Module* module = nullptr;
bool any_at_start = false; ///< the list is not empty when main begins

/// The program has called no hook here, or one long ago: its state is what lies above.
void stand_at(const void* frame) {
    current().entry = {};
    current().entry.rsp = reinterpret_cast<std::uint64_t>(frame);
}

/// By static constructors, before there is a list.
struct Early {
    bool quick;
    ExitFunction what;
};
std::vector<Early> early;
std::vector<ThreadExitCall> early_thread_calls;

/// Nobody else is there yet, as far as the thread's own history tells.
bool is_alone() { return current().number == 0 && !current().has_children; }
bool list_is_shared() { return module->may_register_exits() || module->may_exit_anywhere(); }

bool may_register_now() { return module->may_register_exits() || module->constructors_in_main(); }

/// Whether there can be anything to do at the end of the process: the same for all threads and executions.
bool may_have_exit_functions() { return may_register_now() || any_at_start || !module->destructors().empty(); }

/// Guards the list while others may use it.
class ListLock {
public:
    explicit ListLock(std::uint64_t pc) : pc_(pc), needed_(!is_alone() && list_is_shared()) {
        if (needed_ && perform(OpKind::ticket, &process->lock, pc_) == 0) perform(OpKind::grant, &process->lock, pc_);
    }
    ~ListLock() {
        if (needed_) perform(OpKind::unlock, &process->lock, pc_);
    }
    ListLock(const ListLock&) = delete;

private:
    std::uint64_t pc_;
    bool needed_;
};

void call(void* function, void* first, void* second, std::uint64_t place) {
    current().import_call = place; // for what is followed, and reports
    heddle_call_as_program(function, first, second);
}

/// What only the library knows of: its streams, which outlive every execution.
bool is_the_librarys(void* function) {
    static void* const streams = dlsym(RTLD_DEFAULT, "_ZNSt8ios_base4InitD1Ev");
    return function == streams;
}

int add(bool quick, ExitFunction what) {
    if (on_fiber() && current().number != 0) outside_state = "functions that a thread has registered for the end of the process";
    if (is_the_librarys(what.function)) return 0;
    if (!on_fiber()) {
        if (!in_program) return 0;
        EngineScope scope; // it is no memory of the program's
        early.push_back({quick, what});
        return 0;
    }
    if (!may_register_now() || (current().number != 0 && !list_is_shared()))
        fail_unsupported("a function that is registered here for the end of the process", what.place);
    stand_at(__builtin_frame_address(0));
    auto* const node = static_cast<ExitFunction*>(allocate_for_program(sizeof(ExitFunction), 16, AllocatedBy::malloc, what.place));
    if (!node) return -1;
    const ListLock lock(what.place);
    ExitFunction** const list = quick ? &process->at_quick_exit : &process->at_exit;
    plain_read(list, sizeof *list, what.place);
    plain_write(node, sizeof *node, what.place);
    plain_write(list, sizeof *list, what.place);
    *node = what;
    node->next = *list;
    *list = node;
    return 0;
}

ExitFunction* take_newest(ExitFunction*& list, std::uint64_t pc) {
    const ListLock lock(pc);
    plain_read(&list, sizeof list, pc);
    ExitFunction* const newest = list;
    if (!newest) return nullptr;
    plain_read(newest, sizeof *newest, pc);
    plain_write(&list, sizeof list, pc);
    list = newest->next;
    return newest;
}

void run(ExitFunction*& list, int status, std::uint64_t pc) {
    const auto status_argument = reinterpret_cast<void*>(static_cast<std::intptr_t>(status));
    while (ExitFunction* const newest = take_newest(list, pc)) {
        pc = newest->place;
        const bool takes_status_first = newest->second != nullptr;
        call(newest->function, takes_status_first ? status_argument : newest->first,
             takes_status_first ? newest->first : status_argument, pc);
    }
}

[[noreturn]] void drop_dead() {
    Operation op = operation(OpKind::assume, 0, current().import_call);
    op.operand = process_ends;
    for (;;) backend->perform(op);
}

/// Of several threads that end the process one does so; the others are stopped where they are.
void become_the_one(std::uint64_t pc) {
    if (!module->may_exit_anywhere() || is_alone()) return;
    Operation op = operation(OpKind::rmw, reinterpret_cast<std::uint64_t>(&process->is_ending), pc);
    op.size = sizeof process->is_ending;
    op.order = MemoryOrder::acq_rel;
    op.operand = current().number + 1;
    const Value before = backend->perform(op);
    if (before != 0 && before != op.operand) drop_dead();
}

void run_exit_functions(int status, std::uint64_t pc) {
    run_thread_exit_calls();
    run_at_thread_exit();
    if (!may_have_exit_functions()) return;
    become_the_one(pc);
    run(process->at_exit, status, pc);
    for (const auto destructor : module->destructors())
        call(reinterpret_cast<void*>(destructor), nullptr, nullptr, reinterpret_cast<std::uint64_t>(destructor) + 1);
}

/// The current thread ends here, and with it the process: main's end is one like any thread's, the others still come to
/// theirs.
[[noreturn]] void leave() {
    current().process_over = true;
    if (current().number == 0) end_thread(nullptr);
    drop_dead();
}

void check_status(const char* function, int status, std::uint64_t pc) {
    if (!on_fiber()) fail(Verdict::unsupported, pc, "%s() in a static constructor", function);
    if (status != 0 && !any_exit_status)
        fail(Verdict::assertion, pc, "exit(%d) was called: the program says that it failed", status);
}

} // namespace

void place_exit_functions(const program::Module& program) {
    module = &program;
    Arena& heap = memory().constructors_heap();
    process = new (heap.allocate(sizeof(Process), 16, 0)) Process{};
    any_at_start = !early.empty();
    for (const Early& registered : early) {
        auto* const node = new (heap.allocate(sizeof(ExitFunction), 16, 0)) ExitFunction(registered.what);
        ExitFunction*& list = registered.quick ? process->at_quick_exit : process->at_exit;
        node->next = list;
        list = node;
    }
}

void forget_exit_functions() {
    early.clear();
    early_thread_calls.clear();
}

void take_exit_calls_of_constructors(Fiber& main) {
    for (const ThreadExitCall& due : early_thread_calls) main.exit_calls[main.exit_call_count++] = due;
}

void run_thread_exit_calls() {
    stand_at(__builtin_frame_address(0));
    Fiber& fiber = current();
    while (fiber.exit_call_count > 0) {
        const ThreadExitCall due = fiber.exit_calls[--fiber.exit_call_count];
        call(reinterpret_cast<void*>(due.destructor), due.object, nullptr, due.place);
    }
}

void run_at_thread_exit() {
    struct Due { // as libstdc++ has it
        void* next;
        void (*run)(void*);
    };
    Fiber& fiber = current();
    while (fiber.at_thread_exit) {
        const auto* const due = static_cast<Due*>(fiber.at_thread_exit);
        fiber.at_thread_exit = due->next;
        due->run(const_cast<Due*>(due));
    }
}

void end_process(std::uint64_t pc) {
    run_exit_functions(0, pc);
    current().process_over = true;
}

void require_no_exit_functions(std::uint64_t pc) {
    if (current().number == 0 && may_have_exit_functions())
        fail(Verdict::unsupported, pc,
             "pthread_exit() in main is not modelled when static destructors or atexit functions are to run after the last thread");
}

} // namespace heddle::runtime

extern "C" int heddle_cxa_thread_atexit(void (*destructor)(void*), void* object, void*) {
    const ThreadExitCall due{destructor, object, HEDDLE_PC};
    if (!on_fiber()) {
        if (!in_program || early_thread_calls.size() == Fiber::max_exit_calls) return 0;
        EngineScope scope;
        early_thread_calls.push_back(due);
        return 0;
    }
    Fiber& fiber = current();
    if (fiber.exit_call_count == Fiber::max_exit_calls)
        fail(Verdict::unsupported, HEDDLE_PC, "more than %u thread_local objects are not modelled", Fiber::max_exit_calls);
    fiber.exit_calls[fiber.exit_call_count++] = due;
    return 0;
}

extern "C" int heddle_cxa_atexit(void* function, void* object, void*) {
    return add(false, {nullptr, function, object, nullptr, HEDDLE_PC});
}
extern "C" int heddle_cxa_at_quick_exit(void* function, void*) { return add(true, {nullptr, function, nullptr, nullptr, HEDDLE_PC}); }
extern "C" int heddle_atexit(void* function) { return add(false, {nullptr, function, nullptr, nullptr, HEDDLE_PC}); }
extern "C" int heddle_at_quick_exit(void* function) { return add(true, {nullptr, function, nullptr, nullptr, HEDDLE_PC}); }
extern "C" int heddle_on_exit(void* function, void* argument) {
    return add(false, {nullptr, function, argument, function, HEDDLE_PC});
}

extern "C" void heddle_exit(int status) {
    check_status("exit", status, HEDDLE_PC);
    run_exit_functions(status, HEDDLE_PC);
    current().import_call = HEDDLE_PC;
    leave();
}

extern "C" void heddle_quick_exit(int status) {
    check_status("quick_exit", status, HEDDLE_PC);
    if (may_have_exit_functions()) {
        stand_at(__builtin_frame_address(0));
        become_the_one(HEDDLE_PC);
        run(process->at_quick_exit, status, HEDDLE_PC);
    }
    current().exit_call_count = 0;
    current().import_call = HEDDLE_PC;
    leave();
}

extern "C" void heddle_immediate_exit(int status) {
    check_status("_exit", status, HEDDLE_PC);
    current().exit_call_count = 0;
    current().import_call = HEDDLE_PC;
    leave();
}

/// Of the shadow header <future>. @return what had been the newest, for `newest` to be followed by
extern "C" void* heddle_at_thread_exit(void* newest) noexcept {
    void* const before = current().at_thread_exit;
    current().at_thread_exit = newest;
    return before;
}
