// The machine, driven by hand on small programs that are compiled here: what operations it sees, that every run is the
// same, that memory is put back, and that nothing a program does ends this process. There is one program a process, so each
// test loads its own in a child, which tells what it saw as text.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "program_in_child.hpp"
#include "program/module.hpp"
#include "runtime/machine.hpp"

namespace fs = std::filesystem;
using heddle::tests::in_child;
using heddle::tests::Library;
using namespace heddle;
using namespace heddle::runtime;

namespace {

const char* name_of(OpKind kind) {
    static const char* const names[]{"load",   "store",  "rmw",  "cas",   "fence",  "create", "join",      "end",
                                     "ticket", "try",    "grant", "held", "unlock", "enqueue", "signal",   "pick",
                                     "broadcast", "leave", "wake", "choose", "assume", "fail", "branch", "assume_that",
                                     "ensure_that", "notify", "arrive", "meet", "ordered", "clock"};
    return names[static_cast<std::size_t>(kind)];
}

/// The simplest scheduler: the lowest thread that can go on goes on, values are memory's.
class Scheduler {
public:
    explicit Scheduler(Machine& machine) : machine_(machine) {}

    /// @return the operations performed, "thread:kind " each
    std::string run() {
        machine_.reset();
        pending_.assign(1, &machine_.start(0));
        queues_.clear();
        waiters_.clear();
        std::string trace;
        for (bool progress = true; progress;) {
            progress = false;
            for (ThreadId thread = 0; thread < pending_.size() && !progress; ++thread) progress = step(thread, trace);
        }
        for (ThreadId thread = 0; thread < pending_.size(); ++thread)
            if (pending_[thread]->kind != OpKind::end) trace += std::to_string(thread) + ":stuck ";
        if (!trace.empty()) trace.pop_back();
        return trace;
    }

    std::string failure;

private:
    static Value memory_at(const Operation& op) {
        Value value = 0;
        std::memcpy(&value, reinterpret_cast<const void*>(op.address), op.size);
        return value;
    }

    bool step(ThreadId thread, std::string& trace) {
        const Operation op = *pending_[thread];
        Value result = 0;
        switch (op.kind) {
        case OpKind::end: return false;
        case OpKind::join:
            if (pending_[static_cast<std::size_t>(op.operand)]->kind != OpKind::end) return false;
            break;
        case OpKind::grant:
            if (queues_[op.address].front() != thread) return false;
            break;
        case OpKind::wake:
            if (waiters_[op.address].count(thread)) return false;
            break;
        case OpKind::fail: failure = std::string(heddle::name_of(op.verdict)) + ": " + op.message; return false;
        case OpKind::assume: return false;
        case OpKind::load: result = memory_at(op); break;
        case OpKind::store: machine_.write(op.address, op.operand, op.size); break;
        case OpKind::rmw:
            result = memory_at(op);
            machine_.write(op.address, apply(op.function, result, op.operand, op.size), op.size);
            break;
        case OpKind::cas:
            result = memory_at(op);
            if (result == op.expected) machine_.write(op.address, op.operand, op.size);
            break;
        case OpKind::ticket:
            result = queues_[op.address].empty();
            queues_[op.address].push_back(thread);
            break;
        case OpKind::try_ticket:
            if (!queues_[op.address].empty()) result = 2;
            else result = 1, queues_[op.address].push_back(thread);
            break;
        case OpKind::unlock: queues_[op.address].pop_front(); break;
        case OpKind::enqueue: waiters_[op.address].emplace(thread, true); break;
        case OpKind::pick:
            if (!waiters_[op.address].empty()) waiters_[op.address].erase(waiters_[op.address].begin());
            break;
        case OpKind::broadcast: waiters_[op.address].clear(); break;
        case OpKind::create:
            result = pending_.size();
            machine_.bind_child(thread, static_cast<ThreadId>(result));
            break;
        default: break;
        }
        trace += std::to_string(thread) + ":" + name_of(op.kind) + " ";
        pending_[thread] = &machine_.resume(thread, result);
        if (op.kind == OpKind::create) pending_.push_back(&machine_.start(static_cast<ThreadId>(result)));
        return true;
    }

    Machine& machine_;
    std::vector<const Operation*> pending_;
    std::map<std::uint64_t, std::deque<ThreadId>> queues_;
    std::map<std::uint64_t, std::map<ThreadId, bool>> waiters_;
};

EntryPoint main_of(const program::Module& module) {
    EntryPoint entry;
    entry.main = module.main();
    entry.arguments = {"program"};
    return entry;
}

/// One run of the program: its operations, how it failed, what it printed.
std::string run_once(const Library& library) {
    return in_child([&](std::ostream& out) {
        program::Module module(library.path());
        Machine machine(module, main_of(module));
        machine.set_watchdog(200);
        Scheduler scheduler(machine);
        out << scheduler.run();
        if (!scheduler.failure.empty()) out << " | " << scheduler.failure;
        if (!machine.output().empty()) out << " | " << machine.output();
    });
}

const std::string headers = R"(
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <assert.h>
#include <heddle/heddle.h>
)";

/// A program whose second thread runs the statement.
Library in_a_thread(const std::string& statement) {
    return Library(headers + "static int deep(int n) { volatile char frame[128]; frame[0] = n; return deep(n + 1) + frame[0]; }\n"
                   "void *run(void *argument) { " + statement + " return 0; }\n"
                   "int main(void) { pthread_t t; pthread_create(&t, 0, run, 0); pthread_join(t, 0); return 0; }", ".c");
}

std::string failure_of(const std::string& statement) {
    const std::string told = run_once(in_a_thread(statement));
    const std::size_t bar = told.find(" | ");
    return bar == std::string::npos ? told : told.substr(bar + 3);
}

} // namespace

TEST_CASE("each visible operation of a C program is seen, in the order of the code", "[machine]") {
    const Library library(headers + R"(
atomic_int flag; int data; pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
void *run(void *argument) {
    pthread_mutex_lock(&mutex); data = 1; pthread_mutex_unlock(&mutex);
    atomic_store(&flag, 1);
    return 0;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, run, 0);
    atomic_fetch_add(&flag, 2);
    int expected = 5;
    atomic_compare_exchange_strong(&flag, &expected, 7);
    atomic_thread_fence(memory_order_seq_cst);
    printf("expected became %d\n", expected);
    pthread_join(t, 0);
    printf("flag %d", atomic_load(&flag));
    return 0;
})", ".c");
    CHECK(run_once(library) == "0:create 0:rmw 0:cas 0:fence 1:ticket 1:unlock 1:store 0:join 0:load | "
                               "expected became 2\nflag 1");
}

TEST_CASE("a thousand runs are one run: operations, addresses and states are equal after every reset", "[machine]") {
    const Library library(headers + R"(
static int counter = 41; static _Thread_local int mine = 3; static _Atomic(int *) shared;
void *run(void *argument) {
    int *block = malloc(sizeof *block);
    *block = ++counter + mine++;
    atomic_store(&shared, block);
    printf("%p %d\n", (void *)block, *block);
    return 0;
}
int main(void) {
    pthread_t t[2];
    for (int i = 0; i < 2; i++) pthread_create(&t[i], 0, run, 0);
    for (int i = 0; i < 2; i++) pthread_join(t[i], 0);
    printf("%d %d", counter, mine);
    return 0;
})", ".c");
    CHECK(in_child([&](std::ostream& out) {
              program::Module module(library.path());
              Machine machine(module, main_of(module));
              Scheduler scheduler(machine);
              const std::string trace = scheduler.run(), printed(machine.output());
              const StateHash state = machine.state_of(1);
              int different = 0;
              for (int i = 0; i < 1000; ++i)
                  different += scheduler.run() != trace || machine.output() != printed || machine.state_of(1) != state;
              out << different << " differ; " << printed.substr(printed.rfind('\n') + 1);
          }) == "0 differ; 43 3");
}

TEST_CASE("a large array is put back too, though only the pages written are", "[machine]") {
    const Library library(headers + R"(
static char large[8 << 20]; atomic_int x;
int main(void) {
    for (int i = 0; i < 4; i++) large[(i << 20) + 5]++;
    atomic_store(&x, large[5] + large[(3 << 20) + 5]);
    return 0;
})", ".c");
    CHECK(in_child([&](std::ostream& out) {
              program::Module module(library.path());
              Machine machine(module, main_of(module));
              for (int i = 0; i < 3; ++i) {
                  machine.reset();
                  out << static_cast<int>(machine.start(0).operand) << ' ';
              }
          }) == "2 2 2 ");
}

TEST_CASE("a spin loop comes back to the same state, a counting loop does not", "[machine]") {
    const Library library(headers + R"(
atomic_int flag;
int main(int count, char **arguments) {
    while (!atomic_load(&flag)) {}
    for (volatile int i = 0; i < 3; i++) atomic_load(&flag);
    return 0;
})", ".c");
    CHECK(in_child([&](std::ostream& out) {
              program::Module module(library.path());
              Machine machine(module, main_of(module));
              machine.start(0);
              for (const int value : {0, 0, 1, 1, 1}) {
                  const StateHash before = machine.state_of(0);
                  machine.resume(0, value);
                  out << (machine.state_of(0) == before ? "same " : "other ");
              }
          }) == "same same other other other ");
}

TEST_CASE("exceptions are each thread's own, however the threads are interleaved", "[machine]") {
    const Library library(R"(
#include <atomic>
#include <cassert>
#include <stdexcept>
#include <string>
#include <thread>
std::atomic<int> unwound{0};
struct Guard { ~Guard() { unwound.fetch_add(1); } };
void work(int n) { Guard guard; unwound.load(); throw std::runtime_error("number " + std::to_string(n)); }
void run(int n) {
    try { work(n); } catch (const std::exception& first) {
        unwound.load();
        try { throw; } catch (const std::runtime_error& again) {
            unwound.load();
            assert(again.what() == "number " + std::to_string(n));
        }
        assert(std::uncaught_exceptions() == 0);
    }
}
int main() {
    std::thread a(run, 1), b(run, 2);
    a.join(), b.join();
    assert(unwound == 2);
})", ".cpp");
    CHECK(in_child([&](std::ostream& out) {
              program::Module module(library.path());
              Machine machine(module, main_of(module));
              // Strictly alternating: a and b are in their handlers at the same time.
              for (int round = 0; round < 100; ++round) {
                  machine.reset();
                  machine.start(0);
                  machine.bind_child(0, 1);
                  machine.resume(0, 1);
                  machine.bind_child(0, 2);
                  machine.resume(0, 2);
                  const Operation* pending[]{&machine.start(1), &machine.start(2)};
                  int value = 0;
                  for (int turn = 0; pending[0]->kind != OpKind::end || pending[1]->kind != OpKind::end; turn ^= 1) {
                      if (pending[turn]->kind == OpKind::end) continue;
                      if (pending[turn]->kind == OpKind::fail) {
                          out << pending[turn]->message;
                          return;
                      }
                      pending[turn] = &machine.resume(turn + 1, pending[turn]->kind == OpKind::rmw ? value++ : value);
                  }
              }
              out << "fine";
          }) == "fine");
}

TEST_CASE("what would kill the process ends the execution with its reason", "[machine]") {
    CHECK(failure_of("*(volatile int *)0 = 1;") == "crash: null pointer write (address 0)");
    CHECK(failure_of("volatile int zero = 0; return (void *)(long)(3 / zero);") ==
          "crash: integer division by zero or overflow");
    CHECK(failure_of("deep(1);") == "crash: stack overflow (the stack has 8 MiB)");
    CHECK(failure_of("abort();") == "crash: abort() was called");
    CHECK(failure_of("__builtin_trap();") == "crash: illegal instruction (unreachable code was reached?)");
    CHECK(failure_of("assert(!\"so\");") == "assertion: Assertion `!\"so\"' failed in run");
    CHECK(failure_of("heddle_ensure(0, \"must hold\");") == "assertion: must hold");
    CHECK(failure_of("char *volatile p = malloc(8); free(p); free(p);") == "memory: double free of a block of 8 bytes, freed at program.c:9");
    CHECK(failure_of("atomic_store((atomic_int *)16, 1);") ==
          "crash: atomic access through a null pointer (address 0x10)");
    CHECK(failure_of("for (volatile int i = 0;; i++) {}") == "livelock: the thread goes round in a loop that nothing can end");
    CHECK(failure_of("for (volatile unsigned long i = 1; i; i++) {}") ==
          "livelock: the thread has run for 200 ms and reaches no visible operation");
}

namespace {

/// Takes so long for each read that the watchdog hardly ever finds the program's own code running.
class SlowListener final : public AccessSink {
public:
    void read(std::uint64_t, std::size_t, std::uint64_t) override {
        const std::clock_t begin = std::clock();
        while (std::clock() - begin < CLOCKS_PER_SEC / 100) {
        }
    }
    void write(std::uint64_t, std::size_t, std::uint64_t) override {}
    void release(std::uint64_t, std::size_t, std::uint64_t) override {}
    void opaque(const char*) override {}
};

} // namespace

TEST_CASE("a thread that is in hooks whenever the watchdog looks is stopped all the same", "[machine]") {
    const Library library("volatile int x; int main(void) { unsigned long rounds = 0; while (!x) ++rounds; return rounds == 1; }", ".c");
    const std::string told = in_child([&](std::ostream& out) {
        alarm(60); // it is not stopped
        program::Module module(library.path());
        Machine machine(module, main_of(module));
        machine.set_watchdog(200);
        SlowListener listener;
        machine.listen(&listener);
        const Operation& operation = machine.start(0);
        machine.listen(nullptr);
        machine.set_watchdog(0);
        out << (operation.kind == OpKind::fail && operation.operand == ran_long ? "stopped" : "another operation");
    });
    CHECK(told == "stopped");
}

TEST_CASE("misuse and what is not modelled are named", "[machine]") {
    CHECK(failure_of("pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER; pthread_mutex_unlock(&m);") ==
          "misuse: a mutex is unlocked by a thread that does not hold it");
    CHECK(failure_of("pthread_join(pthread_self(), 0);") == "misuse: a thread joins itself");
    CHECK(failure_of("pause();") == "unsupported: pause is not modelled");
    CHECK(failure_of("exit(1);") == "assertion: exit(1) was called: the program says that it failed");
}

TEST_CASE("an uncaught exception is reported where it was thrown, with its message", "[machine]") {
    const Library library(R"(
#include <stdexcept>
#include <thread>
int main() { std::thread([] { throw std::logic_error("nobody cares"); }).join(); })", ".cpp");
    CHECK(run_once(library) == "0:create 0:stuck 1:stuck | "
                               "exception: uncaught exception of type std::logic_error: nobody cares");
}

TEST_CASE("a library that was not instrumented, or lacks a function, is refused with one sentence", "[machine]") {
    const Library plain("int main(void) { return 0; }", ".c", "");
    const std::string told = in_child([&](std::ostream&) { program::Module module(plain.path()); });
    CHECK(told == "exception: " + plain.path().string() + " was not built with -fsanitize=thread\n");
    const Library incomplete("void elsewhere(void); int main(void) { elsewhere(); return 0; }", ".c");
    CHECK(in_child([&](std::ostream&) { program::Module module(incomplete.path()); }) ==
          "exception: the program uses `elsewhere`, which is defined nowhere: name the file or the library that has it (`--one-program`, `-- -lNAME`)\n");
}
