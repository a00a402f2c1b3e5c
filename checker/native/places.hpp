// Where things happened: calling contexts and, below them, accesses with the locks that were held. Each gets a number, the
// same for the same path, so that a shadow cell can name a whole stack in 21 bits. Nodes are never freed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::native {

/// A calling context, or an access in one; 0: unknown (none, or the table is full).
using Place = std::uint32_t;
inline constexpr unsigned place_bits = 21;

struct PlaceNode {
    std::uint64_t pc = 0;     ///< return address: of the call, or of the hook of the access
    Place caller = 0;         ///< the context around it
    std::uint32_t locks = 0;  ///< accesses: the locks held, a LockSet
};

/// Makes the table. Before any other function here.
void reserve_places();
/// The number of the context that `pc` in context `caller` is. Thread-safe, lock-free.
Place place_of(Place caller, std::uint64_t pc, std::uint32_t locks);
extern const PlaceNode* place_nodes; ///< all of them, by number
inline const PlaceNode& node_of(Place place) { return place_nodes[place]; }
/// Writes the return addresses, innermost first. @return how many
std::size_t stack_of(Place place, std::uint64_t* pcs, std::size_t most);

/// A set of held locks, in the order in which they were acquired: a list that shares its tails. 0: none.
using LockSet = std::uint32_t;
struct LockNode {
    std::uint32_t sync = 0;  ///< the lock: index of its Sync
    Place acquired = 0;
    LockSet others = 0;      ///< those acquired before
    bool shared = false;     ///< held for reading
};
LockSet with_lock(LockSet others, std::uint32_t sync, Place acquired, bool shared);
const LockNode& lock_node(LockSet set);

} // namespace heddle::native
