// The half of libstdc++'s containers that is compiled: the links of std::list, the trees of std::map and std::set. The other half is in
// headers, and instrumented with the program. What the functions write is found out by comparing the nodes that they can reach.
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include <dlfcn.h>

#include "native/accesses.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/real.hpp"

namespace heddle::native {
namespace {

void reads(const void* p, std::size_t size, std::uint64_t pc) { access_range(reinterpret_cast<std::uint64_t>(p), size, Access::read, pc); }
void writes(const void* p, std::size_t size, std::uint64_t pc) { access_range(reinterpret_cast<std::uint64_t>(p), size, Access::write, pc); }

template <typename Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// --- std::list ---

constexpr const char *hook_name = "_ZNSt8__detail15_List_node_base7_M_hookEPS0_", *unhook_name = "_ZNSt8__detail15_List_node_base9_M_unhookEv",
                     *transfer_name = "_ZNSt8__detail15_List_node_base11_M_transferEPS0_S1_",
                     *reverse_name = "_ZNSt8__detail15_List_node_base10_M_reverseEv", *swap_name = "_ZNSt8__detail15_List_node_base4swapERS0_S1_";

struct Link {
    Link *next, *previous;
};

/// Before the place.
void list_hook(Link* node, Link* place) {
    static const auto act = real<void(Link*, Link*)>(hook_name);
    const std::uint64_t pc = HEDDLE_CALLER;
    reads(&place->previous, 8, pc);
    writes(&place->previous->next, 8, pc);
    writes(&place->previous, 8, pc);
    act(node, place);
    writes(node, sizeof *node, pc);
}
void list_unhook(Link* node) {
    static const auto act = real<void(Link*)>(unhook_name);
    const std::uint64_t pc = HEDDLE_CALLER;
    reads(node, sizeof *node, pc);
    writes(&node->previous->next, 8, pc);
    writes(&node->next->previous, 8, pc);
    act(node);
}
/// The nodes from `first` up to the one before `last` go before `place`.
void list_transfer(Link* place, Link* first, Link* last) {
    static const auto act = real<void(Link*, Link*, Link*)>(transfer_name);
    const std::uint64_t pc = HEDDLE_CALLER;
    if (place != last) {
        for (Link* const changed : {last->previous, first->previous, place->previous}) writes(&changed->next, 8, pc);
        for (Link* const changed : {last, first, place}) writes(&changed->previous, 8, pc);
    }
    act(place, first, last);
}
void list_reverse(Link* list) {
    static const auto act = real<void(Link*)>(reverse_name);
    const std::uint64_t pc = HEDDLE_CALLER;
    writes(list, sizeof *list, pc);
    for (Link* node = list->next; node != list; node = node->next) writes(node, sizeof *node, pc);
    act(list);
}
void list_swap(Link* one, Link* other) {
    static const auto act = real<void(Link*, Link*)>(swap_name);
    const std::uint64_t pc = HEDDLE_CALLER;
    for (Link* const list : {one, other}) {
        writes(list, sizeof *list, pc);
        if (list->next == list) continue;
        writes(&list->next->previous, 8, pc);
        writes(&list->previous->next, 8, pc);
    }
    act(one, other);
}

// --- std::map, std::set ---

constexpr const char *insert_name = "_ZSt29_Rb_tree_insert_and_rebalancebPSt18_Rb_tree_node_baseS0_RS_",
                     *erase_name = "_ZSt28_Rb_tree_rebalance_for_erasePSt18_Rb_tree_node_baseRS_";

struct Node {
    std::uint64_t colour;
    Node *parent, *left, *right;
};

/// The nodes that an insertion or an erasure may change: those from one to the root, their children and grandchildren, and the header.
class Neighbours {
public:
    Neighbours(Node* from, Node* header) {
        add(header);
        for (Node* node = from; node && node != header; node = node->parent) {
            add(node);
            for (Node* const child : {node->left, node->right}) {
                if (!child) continue;
                add(child), add(child->left), add(child->right);
            }
        }
    }

    /// The words that are not what they were.
    void write_changes(std::uint64_t pc) const {
        for (const auto& [node, before] : nodes_) {
            Words old, now;
            std::memcpy(old.data(), &before, sizeof old);
            std::memcpy(now.data(), node, sizeof now);
            for (std::size_t word = 0; word < old.size(); ++word)
                if (old[word] != now[word]) writes(reinterpret_cast<const std::uint64_t*>(node) + word, 8, pc);
        }
    }

private:
    using Words = std::array<std::uint64_t, sizeof(Node) / 8>;
    void add(Node* node) {
        if (node) nodes_.emplace_back(node, *node);
    }
    std::vector<std::pair<Node*, Node>> nodes_;
};

void tree_insert(bool left, Node* node, Node* parent, Node* header) {
    static const auto act = real<void(bool, Node*, Node*, Node*)>(insert_name);
    if (!watching()) return act(left, node, parent, header);
    const std::uint64_t pc = HEDDLE_CALLER;
    reads(parent, 8, pc);
    const Neighbours before(parent, header);
    act(left, node, parent, header);
    writes(node, sizeof *node, pc);
    before.write_changes(pc);
}
Node* tree_erase(Node* node, Node* header) {
    static const auto act = real<Node*(Node*, Node*)>(erase_name);
    if (!watching()) return act(node, header);
    const std::uint64_t pc = HEDDLE_CALLER;
    reads(node, sizeof *node, pc);
    Node* lowest = node; // with two children the next one in the order takes its place, and the tree is shorter there
    if (node->left && node->right)
        for (lowest = node->right; lowest->left;) lowest = lowest->left;
    const Neighbours before(lowest, header);
    Node* const result = act(node, header);
    before.write_changes(pc);
    return result;
}

/// The next node in the order, or with the sides exchanged the one before: down to the end of a subtree, else up to where the node is on
/// the other side.
void read_way(const Node* node, Node* Node::*near, Node* Node::*far, std::uint64_t pc) {
    reads(&(node->*far), 8, pc);
    if (node->*far) {
        for (node = node->*far; reads(&(node->*near), 8, pc), node->*near;) node = node->*near;
        return;
    }
    reads(&node->parent, 8, pc);
    for (const Node* up = node->parent; reads(&(up->*far), 8, pc), node == up->*far;) {
        node = up;
        reads(&up->parent, 8, pc);
        up = up->parent;
    }
}

template <typename Act>
Node* step(Node* node, Node* Node::*near, Node* Node::*far, std::uint64_t pc, Act act) {
    if (watching()) read_way(node, near, far, pc);
    return act(node);
}
template <const char* const& name>
Node* tree_next(Node* node) {
    static const auto act = real<Node*(Node*)>(name);
    return step(node, &Node::left, &Node::right, HEDDLE_CALLER, act);
}
template <const char* const& name>
Node* tree_previous(Node* node) {
    static const auto act = real<Node*(Node*)>(name);
    const bool is_header = node->colour % 256 == 0 && node->parent && node->parent->parent == node; // --end(): the last one
    if (!is_header) return step(node, &Node::right, &Node::left, HEDDLE_CALLER, act);
    if (watching()) reads(&node->right, 8, HEDDLE_CALLER);
    return act(node);
}
constexpr const char *next_name = "_ZSt18_Rb_tree_incrementPSt18_Rb_tree_node_base", *next_const_name = "_ZSt18_Rb_tree_incrementPKSt18_Rb_tree_node_base",
                     *previous_name = "_ZSt18_Rb_tree_decrementPSt18_Rb_tree_node_base",
                     *previous_const_name = "_ZSt18_Rb_tree_decrementPKSt18_Rb_tree_node_base";

} // namespace

std::span<const Hook> container_hooks() {
    static const Hook hooks[]{
        hook(hook_name, list_hook), hook(unhook_name, list_unhook), hook(transfer_name, list_transfer), hook(reverse_name, list_reverse),
        hook(swap_name, list_swap), hook(insert_name, tree_insert), hook(erase_name, tree_erase), hook(next_name, tree_next<next_name>),
        hook(next_const_name, tree_next<next_const_name>), hook(previous_name, tree_previous<previous_name>),
        hook(previous_const_name, tree_previous<previous_const_name>),
    };
    return hooks;
}

} // namespace heddle::native
