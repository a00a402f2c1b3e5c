#include "native/places.hpp"

#include <atomic>

#include "native/address_space.hpp"

namespace heddle::native {

const PlaceNode* place_nodes = nullptr;

namespace {

/// Equal nodes have equal numbers. Insertion is one compare-exchange; a slot is never changed again.
template <typename Node>
class Numbers {
public:
    void reserve(std::uint32_t count) {
        nodes_ = static_cast<Node*>(native::reserve(sizeof(Node) * count));
        index_ = static_cast<std::atomic<std::uint32_t>*>(native::reserve(sizeof(std::uint32_t) * count * 2));
        count_ = count;
    }

    template <typename Same>
    std::uint32_t number(const Node& node, std::uint64_t hash, Same same) {
        std::uint32_t made = 0;
        for (std::uint64_t i = hash;; ++i) {
            std::atomic<std::uint32_t>& entry = index_[i & (2 * count_ - 1)];
            std::uint32_t found = entry.load(std::memory_order_acquire);
            if (!found) {
                if (!made) {
                    made = next_.fetch_add(1, std::memory_order_relaxed);
                    if (made >= count_) return next_.store(count_, std::memory_order_relaxed), 0;
                    nodes_[made] = node;
                }
                if (entry.compare_exchange_strong(found, made, std::memory_order_acq_rel)) return made;
            }
            if (same(nodes_[found])) return found; // `made`, if any, stays unused
        }
    }
    const Node& operator[](std::uint32_t number) const { return nodes_[number]; }

private:
    Node* nodes_ = nullptr;
    std::atomic<std::uint32_t>* index_ = nullptr;
    std::uint64_t count_ = 0; ///< a power of two
    std::atomic<std::uint32_t> next_{1};
};

Numbers<PlaceNode> places;
Numbers<LockNode> locks;

std::uint64_t mix(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    std::uint64_t h = a * 0x9e3779b97f4a7c15 ^ b * 0xc2b2ae3d27d4eb4f ^ c * 0x165667b19e3779f9;
    h ^= h >> 29;
    h *= 0xbf58476d1ce4e5b9;
    return h ^ h >> 32;
}

} // namespace

void reserve_places() {
    places.reserve(1u << place_bits);
    place_nodes = &places[0];
    locks.reserve(1u << 20);
}

Place place_of(Place caller, std::uint64_t pc, std::uint32_t held) {
    return places.number({pc, caller, held}, mix(pc, caller, held), [&](const PlaceNode& node) {
        return node.pc == pc && node.caller == caller && node.locks == held;
    });
}


std::size_t stack_of(Place place, std::uint64_t* pcs, std::size_t most) {
    std::size_t count = 0;
    for (; place && count < most; place = places[place].caller) pcs[count++] = places[place].pc;
    return count;
}

LockSet with_lock(LockSet others, std::uint32_t sync, Place acquired, bool shared) {
    return locks.number({sync, acquired, others, shared}, mix(sync, std::uint64_t{acquired} << 1 | shared, others),
                        [&](const LockNode& node) {
                            return node.sync == sync && node.acquired == acquired && node.others == others &&
                                   node.shared == shared;
                        });
}

const LockNode& lock_node(LockSet set) { return locks[set]; }

} // namespace heddle::native
