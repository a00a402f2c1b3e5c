// Programs loaded from now on run on real threads.
#pragma once

#include "program/module.hpp"

namespace heddle::native {

/// Sets the policy for the module that is loaded next.
void use_native_imports();

} // namespace heddle::native
