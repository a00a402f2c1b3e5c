// The models there are, each defined in its own file.
#pragma once

#include "memory/model.hpp"

namespace heddle::memory {

std::unique_ptr<MemoryModel> make_sc(unsigned lanes);
std::unique_ptr<MemoryModel> make_tso(unsigned lanes);
std::unique_ptr<MemoryModel> make_rc11(unsigned lanes);

} // namespace heddle::memory
