// An import of the program that is neither ours nor known to be harmless.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::runtime {

/// entry.S knows the layout.
struct Import {
    const char* name;
    void* real;
    bool stream_function; ///< takes an ostream first
    std::size_t hidden_family = 0; ///< what it keeps between calls (hidden_state.hpp); 0: nothing known
};

/// The import whose stub (imports.cpp) begins at that address, or null.
const Import* import_of_stub(std::uint64_t address);

/// Whether the function that holds the address has a weak symbol: the copy of a template.
bool is_weak(const void* address);

/// A stub by which that function of a library can be called as by the program.
void* stub_of_library_function(void* function);

/// entry.S: calls the stub as the program would; what it does is told at the place in Fiber::import_call.
extern "C" void heddle_call_as_program(void* stub, void* first, void* second);

/// From now on the virtual functions of libraries, too, are called through stubs: the program's calls of them are noticed.
void replace_virtual_functions();

/// From now on the libraries' own keys and blocks, and libstdc++'s readers-writer locks, are the program's.
void bind_libraries();

} // namespace heddle::runtime
