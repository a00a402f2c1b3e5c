// Total store order, for C++ compiled to x86 in the standard way (Owens, Sarkar, Sewell, TPHOLs 2009, in its axiomatic
// form): acyclic(ppo ∪ fence ∪ rfe ∪ mo ∪ fr), where ppo is po without write→read, and coherence within a thread (the
// explorer's). A seq_cst fence, every read-modify-write (a failed compare_exchange too), a lock and a seq_cst store
// drain the store buffer: they stand in both lanes of their thread, the chain of its reads and the chain of its writes.
#include "graph/edges.hpp"
#include "graph/order.hpp"
#include "memory/model.hpp"

namespace heddle::memory {
namespace {

using namespace graph;

class Tso final : public MemoryModel {
public:
    explicit Tso(unsigned lanes) : order_(2 * lanes) {}

    Axiom added(const ExecutionGraph& graph) override {
        const EventId e = graph.size() - 1;
        const Event& event = graph[e];
        const Row row = order_.begin(e);
        if (nodes_.size() <= e) nodes_.resize(2 * (e + 32));
        Node& node = nodes_[e];
        node = place_in_thread(graph, e);
        if (node.in_reads) row[2 * event.thread] = node.reads;
        if (node.in_writes) row[2 * event.thread + 1] = node.writes;
        const Node before = chains_before(graph, event);
        if (before.last_read < no_event) order_.after(row, before.last_read);
        if (node.in_writes && before.last_write < no_event) order_.after(row, before.last_write);
        const ComesBefore after = edges_of_newest(graph, [&](EventId x, bool reads_from) {
            if (!reads_from || graph[x].thread != event.thread) order_.after(row, x); // rfe: its own stores a thread sees early
        });
        for (const EventId later : {after.write, after.unlock})
            if (later < no_event && later != e && !order_.before(e, position(graph, later), graph.size()))
                return Axiom::total_store_order;
        return Axiom::none;
    }

    void removing(const ExecutionGraph& graph) override { order_.remove(graph.size() - 1); }
    Synchronisation synchronisation() const override { return Synchronisation::every_rf; }

private:
    struct Node {
        EventId last_read = no_event, last_write = no_event; ///< of the thread, this event included
        Lane reads = 0, writes = 0;                          ///< how many of each, this event included
        bool in_reads = false, in_writes = false;
    };

    /// Nothing passes it in either direction.
    static bool drains(const Event& event) {
        switch (event.kind) {
        case EventKind::read: return event.update || event.chain;
        case EventKind::write: return event.exclusive || event.chain || is_seq_cst(event.order);
        case EventKind::fence: return is_seq_cst(event.order);
        case EventKind::unlock: return false; // a release store
        case EventKind::choose:
        case EventKind::notify:
        case EventKind::clock:
        case EventKind::meet: return false; // a load
        default: return true;
        }
    }

    Node chains_before(const ExecutionGraph&, const Event& event) const {
        return event.previous < no_event ? nodes_[event.previous] : Node{};
    }

    Node place_in_thread(const ExecutionGraph& graph, EventId e) const {
        const Event& event = graph[e];
        Node node = chains_before(graph, event);
        if (event.index == 0) node.reads = node.writes = 0; // the create belongs to another thread
        const bool both = drains(event);
        const bool write = event.is_write() || event.kind == EventKind::unlock;
        const bool bystander = !both && (event.kind == EventKind::fence || event.kind == EventKind::choose ||
                                         event.kind == EventKind::notify || event.kind == EventKind::clock);
        node.in_reads = !bystander && (both || !write);
        node.in_writes = !bystander && (both || write);
        if (node.in_reads) node.last_read = e, ++node.reads;
        if (node.in_writes) node.last_write = e, ++node.writes;
        return node;
    }

    Order::Position position(const ExecutionGraph& graph, EventId e) const {
        const Node& node = nodes_[e];
        const auto lane = std::uint16_t(2 * graph[e].thread);
        return node.in_reads ? Order::Position{lane, node.reads}
                             : Order::Position{std::uint16_t(lane + 1), node.writes};
    }

    Order order_;
    std::vector<Node> nodes_;
};

} // namespace

std::unique_ptr<MemoryModel> make_tso(unsigned lanes) { return std::make_unique<Tso>(lanes); }

} // namespace heddle::memory
