// What must be known of a program before everything that it does can be explored. It turns out on the way: who finds something new
// notes it here and throws NeedsMore; what has been seen until then is worth nothing, and all begins again with that known. What is
// needed only grows, so that this ends.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "core/error.hpp"
#include "core/verdict.hpp"
#include "execution/plain_memory.hpp" // Unsupported
#include "execution/shared_stack.hpp"
#include "execution/tracked_memory.hpp"

namespace heddle::execution {

/// What is known of the program's memory. Addresses are the same in each run, so that it stays true.
struct Known {
    SharedStack shared;
    TrackedMemory tracked;
};

struct Needs {
    Known& known;
    unsigned lanes = 16;  ///< threads that the clocks have room for
    bool remember = true; ///< what threads do is remembered; not so once code of unknown effect has been called
};

/// Something was not known: `needs` has it now.
struct NeedsMore {
    bool of_shared_memory = false; ///< Known::shared, or that the order of arrivals matters
};

/// The program did something else than before although it read the same; what() says what.
struct Nondeterminism : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Why there is no answer.
struct NoAnswer {
    Verdict verdict = Verdict::inconclusive;
    std::string reason; ///< one sentence
};

/// Acts until nothing more is needed than was known when `act` began. What the program under test can bring about ends it with the
/// reason; other exceptions pass.
/// @param act makes its Execution of the needs as they stand. False: begin again all the same
template <typename Act>
std::optional<NoAnswer> with_needs(Act act) {
    for (;;) try {
            if (act()) return {};
        } catch (const NeedsMore&) { // again, with that known
        } catch (const OutOfResources& error) {
            return NoAnswer{Verdict::inconclusive, error.what()};
        } catch (const Unsupported& error) {
            return NoAnswer{Verdict::unsupported, error.what()};
        } catch (const Nondeterminism& error) {
            return NoAnswer{Verdict::nondeterminism, error.what()};
        }
}

} // namespace heddle::execution
