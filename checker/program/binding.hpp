// The imports of a loaded object: where the loader has put the addresses of what it uses from elsewhere, to be put anew.
#pragma once

#include <cstdint>
#include <functional>

struct dl_phdr_info; // <link.h>

namespace heddle::program {

struct Import {
    const char* name = nullptr;
    void* own = nullptr;       ///< the object defines it itself, here; null: it comes from elsewhere
    bool weak = false;
    bool function = false;     ///< known to be one: it is called through a table of functions, or typed so
    void* unchanged = nullptr; ///< to be returned when the import is to stay as it is (may be null, too)
};

/// Asks `choose` for every import of the object (variables of threads and indirect functions excepted) and binds it to
/// what that returns. Tables that are constant by now are opened meanwhile.
void bind_object(const dl_phdr_info& info, const std::function<void*(const Import&)>& choose);

/// The same for the object that is loaded at that bias.
void bind_library(std::uint64_t bias, const std::function<void*(const Import&)>& choose);

} // namespace heddle::program
