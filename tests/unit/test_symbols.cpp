// Symbols asked about a small library that is compiled here by each compiler found, at -O0 and at -O1: names and lines must
// not depend on who wrote the DWARF.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/source_text.hpp"
#include "program/dwarf_frames.hpp"
#include "program/function_name.hpp"
#include "program/symbols.hpp"

namespace fs = std::filesystem;
using heddle::SourceSite;
using heddle::program::Symbols;

namespace {

const char* const program_text = R"(#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>
#include <pthread.h>

struct Probe { void* return_address; unsigned long rsp, rbp; void* object; };
extern "C" { Probe probes[16]; }
extern "C" __attribute__((noinline)) void probe(int slot, void* object) {
    void** frame = (void**)__builtin_frame_address(0);
    probes[slot] = {__builtin_return_address(0), (unsigned long)(frame + 2), (unsigned long)frame[0], object};
    asm volatile("" ::: "memory");
}

struct Node { int value; std::atomic<Node*> next; };
struct Base { long stamp; };
struct Queue : Base {
    std::atomic<int> head;
    Node slots[4];
    union { int as_int; float as_float; };
    std::mutex guard;
    pthread_mutex_t raw;
    static std::atomic<int> made;
    inline __attribute__((always_inline)) void push() {
        probe(1, this); // line: push
        asm volatile("");
    }
};
std::atomic<int> Queue::made{0};
Queue queue;
int grid[2][3];
std::array<int, 4> cells;
std::pair<int, long> both;
pthread_mutex_t raw_mutex = PTHREAD_MUTEX_INITIALIZER;
struct PerThread { int first, second; };
thread_local PerThread per_thread;
namespace inner { inline namespace v1 { volatile int nested; } namespace { std::atomic<long> hidden; } }
static int counter;

template <class T> __attribute__((noinline)) void templated(T x) {
    probe(2, &x); // line: templated
    asm volatile("");
}

extern "C" void* static_local() { static int calls; ++calls; ++counter; return &calls; }

extern "C" int entry() {
    queue.push(); // line: calls push
    templated<int>(3);
    std::vector<int> numbers{1, 2, 3};
    std::function<void()> closure = [&] {
        probe(3, &numbers); // line: lambda
        asm volatile("");
    };
    closure();
    int count = 0;
    Node nodes[2];
    probe(4, &count); // line: locals
    probe(5, &nodes[1].next);
    std::function<void(int)> call = [](int n) { probe(n, nullptr); asm volatile(""); };
    std::invoke(call, 6);
    per_thread.second = count;
    inner::hidden = inner::nested + grid[1][2] + cells[0] + both.first;
    return count + nodes[1].value;
}
extern "C" unsigned long hidden_address() { return (unsigned long)&inner::hidden; }
extern "C" unsigned long nested_address() { return (unsigned long)&inner::nested; }
extern "C" unsigned long queue_address() { return (unsigned long)&queue; }
extern "C" unsigned long next_address() { return (unsigned long)&queue.slots[3].next; }
extern "C" unsigned long guard_address() { return (unsigned long)&queue.guard + 4; }
extern "C" unsigned long head_address() { return (unsigned long)&queue.head; }
extern "C" unsigned long raw_address() { return (unsigned long)&queue.raw + 8; }
extern "C" unsigned long union_address() { return (unsigned long)&queue.as_int; }
extern "C" unsigned long made_address() { return (unsigned long)&Queue::made; }
)";

// A second unit of C, to be found behind the first.
const char* const c_text = R"(#include <pthread.h>
struct { _Atomic int flag; pthread_cond_t ready; } shared;
static int only_here = 1;
int in_c(void) { return ++only_here + shared.flag; }
unsigned long only_here_address(void) { return (unsigned long)&only_here; }
)";

struct Probe {
    void* return_address;
    unsigned long rsp, rbp;
    void* object;
};

bool succeeds(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

struct Library {
    fs::path folder, source;
    void* handle = nullptr;
    std::uint64_t bias = 0;

    Library(const std::string& cxx, const std::string& cc, const std::string& flags) {
        std::string name = (fs::temp_directory_path() / "heddle-symbols-XXXXXX").string();
        if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
        folder = fs::canonical(name);
        source = folder / "program.cpp";
        std::ofstream(source) << program_text;
        std::ofstream(folder / "second.c") << c_text;
        std::string in = "cd " + folder.string() + " && ", common = " -fPIC " + flags + " -c ";
        build(in + cxx + " -std=c++20" + common + "program.cpp -o a.o"); // relative: the unit's folder must be added
        build(in + cc + common + source.parent_path().string() + "/second.c -o b.o");
        build(in + cxx + " -shared a.o b.o -o lib.so");
        handle = dlopen((folder / "lib.so").c_str(), RTLD_NOW | RTLD_LOCAL);
        if (!handle) throw std::runtime_error(dlerror());
        link_map* map = nullptr;
        dlinfo(handle, RTLD_DI_LINKMAP, &map);
        bias = map->l_addr;
        call("entry");
    }
    ~Library() {
        if (handle) dlclose(handle);
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }
    Library(const Library&) = delete;
    static void build(const std::string& command) {
        if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
    }
    std::uint64_t address(const char* name) const { return reinterpret_cast<std::uint64_t>(dlsym(handle, name)); }
    std::uint64_t call(const char* name) const { return reinterpret_cast<unsigned long (*)()>(dlsym(handle, name))(); }
    const Probe& probe(int slot) const { return reinterpret_cast<const Probe*>(dlsym(handle, "probes"))[slot]; }
};

SourceSite site_of_probe(const Symbols& symbols, const Library& library, int slot) {
    return symbols.site_of_return_address(reinterpret_cast<std::uint64_t>(library.probe(slot).return_address));
}

std::string local_of_probe(const Symbols& symbols, const Library& library, int slot) {
    const Probe& probe = library.probe(slot);
    auto pc = reinterpret_cast<std::uint64_t>(probe.return_address);
    auto cfa = symbols.frame_cfa(pc, probe.rsp, probe.rbp);
    return cfa ? symbols.local_at(pc, *cfa, reinterpret_cast<std::uint64_t>(probe.object)) : "no CFA";
}

struct Toolchain {
    const char *cxx, *cc;
};

struct Build {
    std::string name;
    std::unique_ptr<Library> library;
};

// Compiled once for all tests: a build takes half a second.
const std::vector<Build>& builds() {
    static const std::vector<Build> all = [] {
        std::vector<Build> made;
        for (Toolchain tools : {Toolchain{"g++", "gcc"}, Toolchain{"clang++", "clang"}}) {
            if (!succeeds(std::string(tools.cxx) + " --version")) continue;
            for (std::string flags : {"-g -O0", "-g -O1", "-gdwarf-4 -O1"})
                made.push_back({tools.cxx + (" " + flags), std::make_unique<Library>(tools.cxx, tools.cc, flags)});
        }
        return made;
    }();
    return all;
}

template <class Body>
void with_every_build(Body body) {
    REQUIRE_FALSE(builds().empty());
    for (const Build& build : builds()) {
        INFO(build.name);
        Symbols symbols(build.library->folder / "lib.so", build.library->bias);
        body(*build.library, symbols);
    }
}

} // namespace

TEST_CASE("a return address becomes the user's line and function", "[symbols]") {
    with_every_build([](const Library& library, const Symbols& symbols) {
        SourceSite push = site_of_probe(symbols, library, 1);
        CHECK(push.file == library.source.string());
        CHECK(heddle::source_line(push) == "probe(1, this); // line: push");
        CHECK(push.function == "Queue::push");
        CHECK(push.column > 0);
        SourceSite templated = site_of_probe(symbols, library, 2);
        CHECK(heddle::source_line(templated) == "probe(2, &x); // line: templated");
        CHECK(templated.function == "templated");
        SourceSite lambda = site_of_probe(symbols, library, 3);
        CHECK(heddle::source_line(lambda) == "probe(3, &numbers); // line: lambda");
        CHECK(lambda.function == "entry::lambda");
        CHECK(site_of_probe(symbols, library, 4).function == "entry");
    });
}

TEST_CASE("a call stack's place is the innermost of the user's own", "[symbols]") {
    with_every_build([](const Library& library, const Symbols& symbols) {
        auto entry = reinterpret_cast<std::uint64_t>(library.probe(4).return_address);
        auto push = reinterpret_cast<std::uint64_t>(library.probe(1).return_address);
        std::uint64_t unknown = library.bias + 8;
        std::vector<std::uint64_t> stack{unknown, entry, push};
        CHECK(symbols.user_site(stack) == symbols.site_of_return_address(entry));
        CHECK(symbols.user_site({}) == SourceSite{});
        std::uint64_t call_of_function = library.address("_ZNKSt8functionIFvvEEclEv"); // only there when it was not inlined
        if (!call_of_function) return;
        stack = {call_of_function + 5};
        CHECK(heddle::program::is_system_file(symbols.user_site(stack).file));
        stack.push_back(push);
        CHECK(symbols.user_site(stack) == symbols.site_of_return_address(push));
    });
}

TEST_CASE("an address in no code has no site", "[symbols]") {
    with_every_build([](const Library& library, const Symbols& symbols) {
        CHECK(symbols.site_of_return_address(library.bias + 8) == SourceSite{});
        CHECK(symbols.site_of_return_address(0) == SourceSite{});
        CHECK(symbols.site_of_return_address(~0ull) == SourceSite{});
    });
}

TEST_CASE("globals have their names, with the path into them down to what the user wrote", "[symbols]") {
    with_every_build([](const Library& library, const Symbols& symbols) {
        CHECK(symbols.object_at(library.call("queue_address")) == "queue.stamp"); // a base class's member
        CHECK(symbols.object_at(library.call("head_address")) == "queue.head");   // an atomic is a whole
        CHECK(symbols.object_at(library.call("next_address")) == "queue.slots[3].next");
        CHECK(symbols.object_at(library.call("union_address")) == "queue.as_int"); // an unnamed union
        CHECK(symbols.object_at(library.call("guard_address")) == "queue.guard");
        CHECK(symbols.object_at(library.call("raw_address")) == "queue.raw");
        CHECK(symbols.object_at(library.call("made_address")) == "Queue::made");
        CHECK(symbols.object_at(library.address("grid") + 5 * sizeof(int)) == "grid[1][2]");
        CHECK(symbols.object_at(library.address("cells") + 2 * sizeof(int)) == "cells[2]");
        CHECK(symbols.object_at(library.address("both") + 8) == "both.second");
        CHECK(symbols.object_at(library.address("raw_mutex")) == "raw_mutex");
        CHECK(symbols.object_at(library.call("hidden_address")) == "inner::hidden");
        CHECK(symbols.object_at(library.call("nested_address")) == "inner::nested");
        CHECK(symbols.object_at(library.call("static_local")) == "calls");
        CHECK(symbols.object_at(library.address("shared")) == "shared.flag"); // C11 _Atomic, in the second unit
        CHECK(symbols.object_at(library.address("shared") + 8 + 4) == "shared.ready");
        CHECK(symbols.object_at(library.call("only_here_address")) == "only_here");
        CHECK(symbols.object_at(library.address("entry")) == ""); // code is no object
        CHECK(symbols.object_at(12) == "");
    });
}

TEST_CASE("a thread-local variable is found by its offset in the block", "[symbols]") {
    with_every_build([](const Library&, const Symbols& symbols) {
        CHECK(symbols.thread_local_at(0) == "per_thread.first");
        CHECK(symbols.thread_local_at(4) == "per_thread.second");
        CHECK(symbols.thread_local_at(400) == "");
    });
}

TEST_CASE("locals have their names in the frame they live in", "[symbols]") {
    with_every_build([](const Library& library, const Symbols& symbols) {
        std::string parameter = local_of_probe(symbols, library, 2);
        CHECK((parameter == "x" || parameter.empty())); // g++ -O1 does not record where it put it, so nothing may be claimed
        CHECK(local_of_probe(symbols, library, 4) == "count");
        CHECK(local_of_probe(symbols, library, 5) == "nodes[1].next");
    });
}

TEST_CASE("functions have their names without parameters", "[symbols]") {
    with_every_build([](const Library& library, const Symbols& symbols) {
        CHECK(symbols.function_at(library.address("entry")) == "entry");
        CHECK(symbols.function_at(library.address("in_c")) == "in_c");
        CHECK(symbols.function_at(library.bias) == "");
    });
}

TEST_CASE("without debug information there are symbols, and no lines", "[symbols]") {
    Library library("g++", "gcc", "-O1");
    Symbols symbols(library.folder / "lib.so", library.bias);
    SourceSite site = site_of_probe(symbols, library, 4);
    CHECK_FALSE(site.known());
    CHECK(site.file == "");
    CHECK(site.function == "entry");
    CHECK(symbols.object_at(library.call("next_address")).starts_with("queue+"));
    CHECK(symbols.object_at(library.address("grid")) == "grid");
    CHECK(local_of_probe(symbols, library, 4) == "");
}

TEST_CASE("a file that is missing or is no library answers nothing", "[symbols]") {
    for (const char* path : {"/nonexistent/lib.so", "/etc/passwd", "/"}) {
        Symbols symbols(path, 0x1000);
        CHECK(symbols.site_of_return_address(0x2000) == SourceSite{});
        CHECK(symbols.object_at(0x2000) == "");
        CHECK(symbols.function_at(0x2000) == "");
        CHECK(symbols.local_at(0x2000, 0x8000, 0x7ff0) == "");
        CHECK_FALSE(symbols.frame_cfa(0x2000, 0x8000, 0x8000).has_value());
    }
}

TEST_CASE("demangled names are shortened to what the user would say", "[symbols]") {
    using heddle::program::shorten;
    CHECK(shorten("main") == "main");
    CHECK(shorten("Queue<int, 4ul>::push(int const&)") == "Queue::push");
    CHECK(shorten("void templated<int>(int)") == "templated");
    CHECK(shorten("main::{lambda()#1}::operator()() const") == "main::lambda");
    CHECK(shorten("main::{lambda()#1}::~lambda()") == "main::lambda");
    CHECK(shorten("main::{lambda()#1}::operator()() const::{lambda()#2}::operator()() const") == "main::lambda::lambda");
    CHECK(shorten("main::$_0::operator()() const") == "main::lambda");
    CHECK(shorten("f(int, char) const::{lambda(auto:1)#2}::operator()<int>(int) const") == "f::lambda");
    CHECK(shorten("(anonymous namespace)::worker(void*)") == "worker");
    CHECK(shorten("Set::operator<(Set const&) const") == "Set::operator<");
    CHECK(shorten("Call::operator()(int)") == "Call::operator()");
    CHECK(shorten("Flag::operator bool() const") == "Flag::operator bool");
    CHECK(shorten("Set::operator[](int)") == "Set::operator[]");
    CHECK(shorten("std::ostream& operator<< <char>(std::ostream&, char)") == "operator<<");
    CHECK(shorten("name[abi:cxx11](int)") == "name");
    CHECK(shorten("decltype(auto) visit<int>(int)") == "visit");
    CHECK(shorten("operator_count(int)") == "operator_count");
    CHECK(heddle::program::function_name("_ZZ4mainENKUlvE_clEv") == "main::lambda");
    CHECK(heddle::program::function_name("worker.constprop.0") == "worker");
}

TEST_CASE("compilers' headers and heddle's own are not the user's files", "[symbols]") {
    using heddle::program::is_system_file;
    CHECK(is_system_file("/usr/include/c++/12/bits/atomic_base.h"));
    CHECK(is_system_file("/usr/lib/gcc/x86_64-linux-gnu/12/include/stdatomic.h"));
    CHECK(is_system_file("/opt/heddle/include/heddle/heddle.hpp"));
    CHECK_FALSE(is_system_file("/home/me/include/queue.hpp"));
}
