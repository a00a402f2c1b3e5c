#include "execution/give_back.hpp"

#include <algorithm>

#include "execution/operations.hpp"

namespace heddle::execution {

using namespace graph;
using runtime::Operation;

bool may_be_given_back(const Operation& op) {
    if (op.kind == OpKind::choose) return op.timed; // whether to wait until its limit: the loop does not choose to go on
    return is(op.kind, given_back) && op.symbolic == Scalar::none;
}

namespace {

/// What a round has taken so far and not given back.
class Taken {
public:
    /// False: this cannot be part of a round that gives back.
    bool add(const Done& done) {
        const Operation& op = *done.operation;
        if (is(op.kind, takes_lock)) {
            if (done.result != 2) take(op.address); // 2: a trylock that failed
            return true;
        }
        switch (op.kind) {
        case OpKind::unlock: give_up(op.address); return true;
        case OpKind::enqueue: conditions_.push_back(op.address); return true;
        case OpKind::leave: return std::erase(conditions_, op.address) == 1;
        case OpKind::cas:
        case OpKind::rmw: return runtime::leaves_unchanged(op, done.result) || change(op, done.result);
        default: return true;
        }
    }

    GivenBack answer() const {
        const bool nothing = mutexes_.empty() && given_up_.empty() && conditions_.empty() &&
                             std::all_of(objects_.begin(), objects_.end(), [](const Object& o) { return o.first == o.now; });
        return !nothing ? GivenBack::not_all : relocked_ ? GivenBack::all_and_relocked : GivenBack::all;
    }

private:
    struct Object {
        std::uint64_t address;
        Value first, now;
    };

    void take(std::uint64_t mutex) {
        if (std::erase(given_up_, mutex)) relocked_ = true;
        else mutexes_.push_back(mutex);
    }

    void give_up(std::uint64_t mutex) {
        if (!std::erase(mutexes_, mutex)) given_up_.push_back(mutex); // held before the round
    }

    bool change(const Operation& op, Value read) {
        const Value written = op.kind == OpKind::cas ? op.operand : runtime::written(op, read);
        const auto known =
            std::find_if(objects_.begin(), objects_.end(), [&](const Object& o) { return o.address == op.address; });
        if (known == objects_.end()) {
            objects_.push_back({op.address, read, written});
            return true;
        }
        if (known->now != read) return false; // somebody else has changed it in between
        known->now = written;
        return true;
    }

    std::vector<std::uint64_t> mutexes_, given_up_, conditions_;
    std::vector<Object> objects_;
    bool relocked_ = false;
};

} // namespace

GivenBack gives_back(const std::vector<Done>& latest_first) {
    Taken taken;
    for (auto done = latest_first.rbegin(); done != latest_first.rend(); ++done)
        if (!taken.add(*done)) return GivenBack::not_all;
    return taken.answer();
}

namespace {

bool is_last_write_of(const ExecutionGraph& graph, EventId write, const RoundEvents& round) {
    return std::none_of(round.events.begin(), round.events.end(), [&](EventId e) {
        return e > write && graph[e].is_write() && graph[e].location == graph[write].location;
    });
}

} // namespace

namespace {

/// Whether the signal finds the round's thread among those who wait on the condition, where it is for the time of its wait.
bool finds_waiting(const ExecutionGraph& graph, EventId signal, const RoundEvents& round) {
    const LocationId l = graph[signal].location;
    const auto precedes = [&](EventId write) { return graph.mo_place(l, write) < graph.mo_place(l, signal); };
    bool waits = false;
    for (const EventId e : round.events)
        if (graph[e].is_write() && graph[e].location == l && precedes(e)) waits = operation_of(graph[e]).kind == OpKind::enqueue;
    return waits;
}

} // namespace

bool sees(const ExecutionGraph& graph, EventId event, const RoundEvents& round) {
    const Event& e = graph[event];
    if (e.chain && e.is_write()) return operation_of(e).kind == OpKind::signal && finds_waiting(graph, event, round);
    if (!e.is_read() || e.waiting) return false;
    const EventId seen = e.chain && !e.exclusive ? e.partner : e.rf; // of a failed trylock: the holder that it is blamed on
    if (seen >= no_event || graph[seen].thread != round.thread) return false;
    if (std::find(round.events.begin(), round.events.end(), seen) == round.events.end()) return false;
    // The next in the mutex's queue comes after whoever was there before the round; but a failed trylock needs a holder.
    if (e.chain) return !e.exclusive;
    return !is_last_write_of(graph, e.rf, round);
}

bool may_see_the_next(const ExecutionGraph& graph, EventId event, const RoundEvents& round) {
    const Event& e = graph[event];
    const Event& first = graph[round.events.front()];
    if (!e.is_read() || !e.chain || !first.chain || graph[e.rf].previous != round.events.front()) return false;
    for (EventId x = event + 1; x < graph.size(); ++x) {
        const Event& later = graph[x];
        if (later.location != e.location || later.thread == round.thread) continue;
        if (!later.is_write() && later.kind != EventKind::unlock) continue;
        if (graph.contains(graph.porf(x), event)) return false;
    }
    return true;
}

bool is_interrupted(const ExecutionGraph& graph, const RoundEvents& round) {
    for (const EventId read : round.events) {
        const Event& e = graph[read];
        if (!e.is_read() || !e.exclusive || e.chain) continue;
        EventId own = no_event;
        for (const EventId w : round.events)
            if (w < read && graph[w].is_write() && graph[w].location == e.location) own = w;
        if (own != no_event && e.rf != own) return true;
    }
    return false;
}

} // namespace heddle::execution
