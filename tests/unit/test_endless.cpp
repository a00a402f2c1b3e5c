// What looks on while code may run for ever leaves no trap behind: the next one would be taken for the program's crash.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include "runtime/endless.hpp"
#include "runtime/trap_context.hpp"

using namespace heddle::runtime;

namespace {

/// Interrupted where no module of a program is.
ucontext_t somewhere() {
    ucontext_t context{};
    context.uc_mcontext.gregs[REG_RIP] = 0x1000;
    return context;
}

bool traps(const ucontext_t& context) { return context.uc_mcontext.gregs[REG_EFL] & trap_flag; }

} // namespace

TEST_CASE("endless: the traps end when the look is given up", "[endless]") {
    ucontext_t context = somewhere();
    EndlessLoop loop;
    REQUIRE_FALSE(loop.begin(context));
    REQUIRE(loop.is_looking());
    REQUIRE(traps(context));
    loop.give_up(context);
    REQUIRE_FALSE(loop.is_looking());
    REQUIRE_FALSE(traps(context));
}

TEST_CASE("endless: others' traps stay", "[endless]") {
    ucontext_t context = somewhere();
    context.uc_mcontext.gregs[REG_EFL] |= trap_flag; // a watched instruction is stepped over
    EndlessLoop loop;
    loop.give_up(context);
    REQUIRE(traps(context));
}

TEST_CASE("endless: outside of the program there is no answer", "[endless]") {
    ucontext_t context = somewhere();
    EndlessLoop loop;
    REQUIRE_FALSE(loop.begin(context));
    REQUIRE(loop.step(context) == EndlessLoop::Answer::unknown);
    REQUIRE_FALSE(traps(context));
}
