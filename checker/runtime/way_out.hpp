// Whether a function has a way out from where it is, whatever the values: `for (;;)` has none.
#pragma once

#include <cstdint>

namespace heddle::runtime {

/// From that place in the program's code some way leads to a return, or to where the code alone does not tell. Calls are taken to
/// come back; ends by exceptions do not count.
bool may_return(std::uint64_t place);

} // namespace heddle::runtime
