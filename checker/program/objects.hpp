// The objects that are loaded into this process: whose code or data an address is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace heddle::program {

/// A loaded executable or shared object.
struct LoadedObject {
    enum class Kind : std::uint8_t {
        program, ///< what is checked
        heddle,  ///< this executable
        loader,  ///< ld.so
        system,  ///< a library that heddle itself needs: libc, libstdc++, …
        brought, ///< a library that came with the program
    };
    Kind kind = Kind::system;
    std::string name;               ///< the file's, without its folder
    std::uint64_t low = 0, high = 0; ///< everything that is mapped of it
    std::uint64_t bias = 0;
    bool has_thread_locals = false;
    struct Range {
        std::uint64_t start = 0, size = 0;
    };
    std::vector<Range> code;
    Range constant;              ///< what is constant once relocated: vtables and the like
    std::vector<Range> writable; ///< its variables, without what is constant once relocated and what the loader writes when it resolves a call
    bool contains(std::uint64_t address) const { return address - low < high - low; }
};

/// All of them, the program's included when it is loaded; looked up once more when `again`.
const std::vector<LoadedObject>& loaded_objects(bool again = false);

/// The object that holds the address, or null.
const LoadedObject* object_at(std::uint64_t address);

} // namespace heddle::program
