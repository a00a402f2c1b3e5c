// What nobody announces: accesses of library code that is followed, of instructions without hooks, and memory that has changed for
// no reason that is known.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <dlfcn.h>

#include "execution/unseen_writes.hpp"
#include "program/module.hpp"
#include "program_in_child.hpp"
#include "runtime/machine.hpp"
#include "runtime/unhooked.hpp"

using namespace heddle;
using namespace heddle::runtime;
using tests::in_child;
using tests::Library;

namespace {

/// Keeps which bytes were said to be read and written.
class Accesses final : public AccessSink {
public:
    void read(std::uint64_t address, std::size_t size, std::uint64_t pc) override { note(reads, address, size, pc); }
    void write(std::uint64_t address, std::size_t size, std::uint64_t pc) override { note(writes, address, size, pc); }
    void release(std::uint64_t, std::size_t, std::uint64_t) override {}
    void opaque(const char*) override {}

    std::map<std::uint64_t, std::uint64_t> reads, writes; ///< byte → place

private:
    static void note(std::map<std::uint64_t, std::uint64_t>& to, std::uint64_t address, std::size_t size, std::uint64_t pc) {
        for (std::size_t i = 0; i < size; ++i) to[address + i] = pc;
    }
};

/// Bytes of the program's variable `x` that main's first segment was said to access: "r" or "w" each, "." for neither. And whether
/// all places are the program's own.
std::string accesses_of_x(const std::string& text, const std::string& suffix) {
    const Library library(text, suffix);
    return in_child([&](std::ostream& out) {
        program::Module module(library.path());
        Machine machine(module, {module.main(), nullptr, {"program"}});
        void* const handle = dlopen(library.path().c_str(), RTLD_LAZY | RTLD_NOLOAD);
        const auto x = reinterpret_cast<std::uint64_t>(dlsym(handle, "x"));
        const auto size = *static_cast<const std::size_t*>(dlsym(handle, "size_of_x"));
        Accesses seen;
        machine.listen(&seen);
        machine.start(0);
        machine.listen(nullptr);
        bool inside = true;
        for (std::size_t i = 0; i < size; ++i) {
            const bool reads = seen.reads.contains(x + i), writes = seen.writes.contains(x + i);
            if (reads) inside = inside && module.contains(seen.reads[x + i]);
            if (writes) inside = inside && module.contains(seen.writes[x + i]);
            out << (reads && writes ? "b" : reads ? "r" : writes ? "w" : ".");
        }
        out << (inside ? "" : " elsewhere");
    });
}

} // namespace

TEST_CASE("follow: what a library writes is told, to the byte, at the program's call") {
    CHECK(accesses_of_x("#include <math.h>\nint x[3]; unsigned long size_of_x = sizeof x;\n"
                        "int main() { return frexp(8.0, x + 1) == 1; }",
                        ".c") == "....wwww....");
}

TEST_CASE("follow: what a library reads is told") {
    CHECK(accesses_of_x("#include <stdlib.h>\nunsigned short x[4] = {1, 2, 3, 4}; unsigned long size_of_x = sizeof x;\n"
                        "int main() { char out[32]; wchar_t wide[8]; return mbstowcs(wide, (const char*)(x + 3), 1) == 9; }",
                        ".c")
              .substr(0, 7) == "......r");
}

TEST_CASE("follow: a tree of the standard library links its nodes in its compiled half") {
    const std::string seen = accesses_of_x("#include <set>\nstd::set<int> x; unsigned long size_of_x = sizeof x;\n"
                                           "int main() { x.insert(1); }",
                                           ".cpp");
    CHECK(seen.size() == 48);
    // The header's links to the root, the first and the last node are written; insertion has read some of them before.
    CHECK(seen.substr(16, 24).find_first_not_of("wb") == seen.npos);
    CHECK(seen.find("elsewhere") == seen.npos);
}

TEST_CASE("unhooked: instructions that the compiler puts in place of memset are told once, and hooked ones too") {
    CHECK(accesses_of_x("#include <string.h>\nchar x[16]; unsigned long size_of_x = sizeof x;\n"
                        "int main() { memset(x + 2, 1, 8); x[15] = 1; return 0; }",
                        ".c") == "..wwwwwwww.....w");
}

TEST_CASE("unhooked: an announcement stands for one access") {
    Announced announced;
    announced.note(0x1000, 16, true);
    CHECK_FALSE(announced.take(0x1000, 8, false));
    CHECK(announced.take(0x1000, 8, true));
    CHECK_FALSE(announced.take(0x1000, 8, true));
    CHECK(announced.take(0x1008, 8, true));
    CHECK_FALSE(announced.take(0x1008, 1, true));
    announced.note(0x2000, 4, true);
    announced.clear();
    CHECK_FALSE(announced.take(0x2000, 4, true));
}

TEST_CASE("what is written unseen is found where the slow comparison finds it") {
    const Library library("char x[3000] = {1}; long y; unsigned long size_of_x = sizeof x; int main() { return 0; }", ".c");
    CHECK(in_child([&](std::ostream& out) {
              program::Module module(library.path());
              Machine machine(module, {module.main(), nullptr, {"program"}});
              void* const handle = dlopen(library.path().c_str(), RTLD_LAZY | RTLD_NOLOAD);
              auto* const x = static_cast<char*>(dlsym(handle, "x"));
              std::mt19937 random(7);
              for (int round = 0; round < 200; ++round) {
                  machine.reset();
                  machine.start(0);
                  execution::UnseenWrites unseen;
                  unseen.look(machine, 0);
                  const std::vector<char> before(x, x + 3000);
                  for (unsigned i = random() % 6; i-- > 0;) x[random() % 3000] = char(random() % 3);
                  std::map<std::uint64_t, char> slow, fast;
                  for (unsigned i = 0; i < 3000; ++i)
                      if (x[i] != before[i]) slow[reinterpret_cast<std::uint64_t>(x + i)] = 1;
                  unseen.for_each_change([&](std::uint64_t word, std::uint8_t mask, bool fresh) {
                      for (unsigned i = 0; i < 8; ++i)
                          if (mask >> i & 1 && !fresh) fast[word + i] = 1;
                  });
                  if (slow != fast) out << "round " << round << ": " << fast.size() << " instead of " << slow.size() << '\n';
              }
              out << "done";
          }) == "done");
}
