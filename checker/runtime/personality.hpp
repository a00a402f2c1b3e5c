// The same addresses in every process.
#pragma once

namespace heddle::runtime {

/// Starts this program again with address space randomisation off, once; returns when it is off already or cannot be.
/// For main, before anything else.
void disable_address_randomisation(char** argv);

} // namespace heddle::runtime
