// The virtual functions of a library: where a program calls into it without an import.
#pragma once

#include <functional>

#include "program/objects.hpp"

namespace heddle::program {

/// Calls `replace` with each function of the object that one of its exported vtables holds, and with its name; what it
/// returns is put in its place.
void for_each_virtual_function(const LoadedObject& object, const std::function<void*(const char* name, void* function)>& replace);

} // namespace heddle::program
