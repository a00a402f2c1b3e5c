#include "process/death.hpp"

#include <cstring>

#include <fmt/format.h>
#include <sys/wait.h>

namespace heddle::process {

std::string death_of(int status) {
    if (WIFSIGNALED(status)) return ::strsignal(WTERMSIG(status));
    return fmt::format("exit status {}", WEXITSTATUS(status));
}

} // namespace heddle::process
