#include "native/lock_order.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "native/findings.hpp"

namespace heddle::native {
namespace {

struct Edge {
    std::uint32_t from, to; ///< lock nodes
    std::uint32_t thread;
    Slot slot;
    Epoch epoch;
    Place held_at, acquired_at;
    std::uint64_t held, acquired;       ///< addresses
    std::vector<std::uint32_t> guards;  ///< all locks held, sorted (nodes)
    bool from_shared, to_shared;
    const Message* strong;              ///< what the thread knew through creation and joining: a private copy
};

constexpr std::size_t most_edges = 100'000, most_of_a_pair = 16, longest = 4;

struct Graph {
    SpinLock lock;
    std::uint32_t nodes = 1;
    std::vector<Edge> edges;
    std::unordered_map<std::uint32_t, std::vector<std::size_t>> from; ///< node -> edges
    std::unordered_map<std::uint64_t, std::size_t> of_pair;
    std::unordered_set<std::uint64_t> known; ///< hashes of what was noted
    std::set<std::vector<std::uint64_t>> reported;
};

Graph& graph() {
    static Graph* one = new Graph;
    return *one;
}

std::uint32_t node_of(Sync& sync) {
    if (!sync.order_node) sync.order_node = graph().nodes++;
    return sync.order_node;
}

bool disjoint(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
    return std::none_of(a.begin(), a.end(), [&](std::uint32_t x) { return std::binary_search(b.begin(), b.end(), x); });
}

/// Creation or joining puts one before the other.
bool ordered(const Edge& a, const Edge& b) {
    return (*b.strong)[a.slot] >= a.epoch || (*a.strong)[b.slot] >= b.epoch;
}

bool fits(const std::vector<const Edge*>& path, const Edge& edge) {
    return std::all_of(path.begin(), path.end(), [&](const Edge* other) {
        return other->thread != edge.thread && disjoint(other->guards, edge.guards) && !ordered(*other, edge);
    });
}

void report(const std::vector<const Edge*>& cycle) {
    std::vector<std::uint64_t> key;
    for (const Edge* edge : cycle) key.push_back(native::node_of(edge->acquired_at).pc);
    std::sort(key.begin(), key.end());
    if (!graph().reported.insert(key).second) return;
    Found found;
    found.kind = FoundKind::lock_cycle;
    found.address = cycle[0]->held;
    for (const Edge* edge : cycle) {
        FoundEdge& out = found.edge[found.edge_count++];
        out.thread = edge->thread;
        out.held = edge->held;
        out.acquired = edge->acquired;
        out.held_at.count = static_cast<std::uint32_t>(stack_of(edge->held_at, out.held_at.pcs.data(), 12));
        out.acquired_at.count = static_cast<std::uint32_t>(stack_of(edge->acquired_at, out.acquired_at.pcs.data(), 12));
    }
    send(found);
}

/// Looks for a way from the end of the path back to its begin.
void search(std::vector<const Edge*>& path) {
    const auto next = graph().from.find(path.back()->to);
    if (next == graph().from.end()) return;
    for (const std::size_t number : next->second) {
        const Edge& edge = graph().edges[number];
        // Two readers do not wait for each other.
        if (path.back()->to_shared && edge.from_shared) continue;
        if (!fits(path, edge)) continue;
        path.push_back(&edge);
        if (edge.to == path.front()->from && !(edge.to_shared && path.front()->from_shared)) report(path);
        else if (path.size() < longest) search(path);
        path.pop_back();
    }
}

} // namespace

void note_lock_order(Thread& thread, Sync& wanted, Place at, bool shared) {
    const std::lock_guard guard(graph().lock);
    const std::uint32_t to = node_of(wanted);
    std::vector<std::uint32_t> guards;
    for (std::uint32_t i = 0; i < thread.held_count; ++i) guards.push_back(node_of(sync_numbered(thread.held[i].sync)));
    std::sort(guards.begin(), guards.end());
    for (std::uint32_t i = 0; i < thread.held_count; ++i) {
        Sync& held = sync_numbered(thread.held[i].sync);
        const std::uint32_t from = node_of(held);
        if (from == to) continue;
        const std::uint64_t pair = std::uint64_t{from} << 32 | to;
        if (!graph().known.insert((pair * 0x9e3779b97f4a7c15) ^ (std::uint64_t{thread.serial} << 40) ^ (std::uint64_t{thread.held_set} << 8) ^
                                  (shared ? 2u : 0u)).second)
            continue;
        if (graph().edges.size() >= most_edges) {
            found_limit("more than 100,000 different lock orders: potential deadlocks among later ones are not looked for");
            return;
        }
        std::size_t& count = graph().of_pair[pair];
        if (++count > most_of_a_pair) continue; // sixteen witnesses of the same order are enough
        auto* strong = new Message;
        strong->copy(thread.strong);
        graph().edges.push_back({from, to, thread.serial, thread.slot, thread.epoch(), thread.held[i].acquired, at, held.address,
                                 wanted.address, guards, thread.held[i].shared, shared, strong});
        graph().from[from].push_back(graph().edges.size() - 1);
        thread.news = true; // the edge has its place in the order of creation and joining
        std::vector<const Edge*> path{&graph().edges.back()};
        search(path);
    }
}

void hold_lock_orders() { graph().lock.lock(); }
void let_lock_orders_go() { graph().lock.unlock(); }

} // namespace heddle::native
