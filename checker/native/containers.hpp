// The half of libstdc++'s containers that is compiled; see hooks_containers.cpp.
#pragma once

namespace heddle::native {

/// What the program is to call in the place of a member function of std::string in libstdc++.so; null: no such function.
/// @param definition the loader's
void* string_member(const char* name, void* definition);

} // namespace heddle::native
