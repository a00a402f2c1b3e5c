// Calls as the processor's stack has them, through libraries that no hook sees.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::native {

/// Return addresses in the program, innermost first, of the calling thread. @return how many
std::size_t program_calls(std::uint64_t* pcs, std::size_t room);
/// The innermost of them; 0: none.
std::uint64_t innermost_program_call();

} // namespace heddle::native
