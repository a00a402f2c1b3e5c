// What a program says to heddle, on real threads: one run, so a choice is made at random and a wrong assumption ends it.
#include <cstdlib>

#include <unistd.h>

#include "include/heddle/heddle.h"
#include "native/findings.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/real.hpp"
#include "native/recorder.hpp"
#include "native/spin_lock.hpp"

namespace heddle::native {
namespace {

void end_run(int status) {
    std::fflush(nullptr);
    _exit(status);
}

void ensure(int condition, const char* message, const char*, int) {
    if (watching() && me->recorder) {
        const Inside inside;
        me->recorder->event(trace::RecordedKind::ensure, HEDDLE_CALLER, 0, 0, condition ? 1 : 0);
    }
    if (condition) return;
    found(FoundKind::assertion, HEDDLE_CALLER, 0, "%s", message ? message : "ensure");
    end_run(1);
}

void assume(int condition) {
    if (!condition) end_run(0);
}

unsigned choose(unsigned count) {
    if (!watching() || count < 2) return 0;
    std::uint64_t& state = me->random;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<unsigned>((state >> 33) % count);
}

void nothing() {}

} // namespace

std::span<const Hook> property_hooks() {
    static const Hook hooks[]{
        hook("heddle_ensure_at", ensure), hook("heddle_assume", assume), hook("__VERIFIER_assume", assume),
        hook("heddle_choose", choose), hook("heddle_nothing", nothing),
    };
    return hooks;
}

} // namespace heddle::native
