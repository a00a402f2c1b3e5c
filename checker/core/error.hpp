// The ways heddle itself stops: the user's input is wrong, something is used up, or heddle is wrong.
#pragma once

#include <stdexcept>

namespace heddle {

/// The input or the usage is wrong; what() is one clear sentence for the user. Exit status 2.
struct UserError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The check needs more of something than there is, or than heddle is made for (threads, address space); what() is one sentence
/// with the number. The verdict is inconclusive.
struct OutOfResources : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A bug of heddle itself; what() names the invariant that did not hold. Exit status 4.
struct InternalError : std::logic_error {
    using std::logic_error::logic_error;
};

} // namespace heddle
