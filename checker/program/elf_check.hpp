// Whether a file is what the loader may be given.
#pragma once

#include <filesystem>

namespace heddle::program {

/// Throws UserError with one sentence unless the file is a shared object for this machine.
void check_is_program_library(const std::filesystem::path& path);

} // namespace heddle::program
