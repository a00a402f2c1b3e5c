// The two ways heddle itself stops: the user's input is wrong, or heddle is.
#pragma once

#include <stdexcept>

namespace heddle {

/// The input or the usage is wrong; what() is one clear sentence for the user. Exit status 2.
struct UserError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A bug of heddle itself; what() names the invariant that did not hold. Exit status 4.
struct InternalError : std::logic_error {
    using std::logic_error::logic_error;
};

} // namespace heddle
