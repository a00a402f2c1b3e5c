// Accesses of the program itself that the compiler left without a hook: g++ expands memset, memcpy and the like in place, and
// stores classes that calls return in registers. Each instruction of the program that accesses memory other than by the stack
// pointer is a trap until it is known: when the trap strikes and a hook has announced just this access, it is the hooks'
// business and never a trap again; when none has, the access is told from here, and the trap stays.
//
// Inline assembly is seen too; where it uses atomic instructions on memory that threads share, the check ends as unsupported. Where plain
// accesses are visible operations (--plain-accesses shared) they need their hooks: one that has none ends the check as unsupported.
//
// Tests: tests/faults/inline_memset_bytes, inline_memset_memcpy, unseen_locked_add; tests/library_code idioms; unit tests "unhooked: …".
#pragma once

#include <array>
#include <cstdint>

#include "program/module.hpp"

namespace heddle::runtime {

/// From now on the module's accesses are watched. Not under a debugger: the traps would be its own.
void watch_for_unhooked(const program::Module& module);

/// From now on an instruction stays watched unless its accesses have hooks, also when it has been found harmless before.
void watch_all_unhooked();

/// In the handler of a trap, of this context. @return false: it is none of these
bool note_unhooked(void* context);
/// In the handler of a single step. @return false: it is not for this
bool watch_again(void* context);

/// The accesses that hooks have announced last in this segment, less those that were made: an announcement stands for one.
class Announced {
public:
    void clear() { last_ = {}; }
    void note(std::uint64_t address, std::uint64_t size, bool writes) {
        last_[next_++ % last_.size()] = {address, size, writes};
    }
    /// @return whether the access was announced; then it is used up. Large accesses are made piece by piece, in order.
    bool take(std::uint64_t address, std::uint64_t size, bool writes) {
        for (Access& access : last_) {
            if (access.writes != writes || address < access.address || address + size > access.address + access.size) continue;
            if (address + size == access.address + access.size) access.size = address - access.address;
            else if (address == access.address) access.address += size, access.size -= size;
            return true;
        }
        return false;
    }

private:
    struct Access {
        std::uint64_t address = 0, size = 0;
        bool writes = false;
    };
    std::array<Access, 32> last_{}; ///< compilers move an access away from its hook, over the hooks of a few others
    std::uint32_t next_ = 0;
};
extern Announced announced;

/// A debugger is attached to this process.
bool is_debugged();

} // namespace heddle::runtime
