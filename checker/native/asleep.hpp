// What the kernel says of a thread: whether it runs, and in which call it sleeps. So a wait is seen that no hook announced: a futex of
// the standard library, a read of a library's own.
#pragma once

#include <cstdint>
#include <vector>

#include <sys/types.h>

namespace heddle::native {

struct KernelView {
    bool sleeps = false;        ///< false also when the kernel does not say
    bool on_futex = false;      ///< … until another thread of the process wakes it: without a time limit
    std::uint64_t object = 0;   ///< on_futex: its address
    std::uint64_t switches = 0; ///< how often it has been taken off a processor: as long as this stays, it has not run
};

KernelView kernel_view(pid_t process, std::uint32_t thread);
/// The numbers of all threads of the process.
std::vector<std::uint32_t> threads_of(pid_t process);

} // namespace heddle::native
