// File descriptors as objects that threads use, and order through (hooks_files.cpp).
#pragma once

#include <cstdint>

namespace heddle::native {

/// The calling thread uses the descriptor, as the call at `pc`.
void file_used(int file, std::uint64_t pc);
/// … and what it did so far is seen by who receives from it.
void file_sends(int file, std::uint64_t pc);
void file_received(int file);
/// A new one, that orders by itself. / It is about to be closed.
void file_opened(int file, std::uint64_t pc);
void file_closed(int file, std::uint64_t pc);

} // namespace heddle::native
