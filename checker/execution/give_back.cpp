#include "execution/give_back.hpp"

#include <algorithm>

#include "execution/kinds.hpp"

namespace heddle::execution {

using namespace graph;
using runtime::Operation;

bool may_be_given_back(const Operation& op) {
    switch (op.kind) {
    case OpKind::load:
    case OpKind::fence:
    case OpKind::ticket:
    case OpKind::try_ticket:
    case OpKind::grant:
    case OpKind::held:
    case OpKind::unlock: return true;
    case OpKind::cas:
    case OpKind::rmw: return op.symbolic == Scalar::none;
    default: return false;
    }
}

namespace {

/// What a round has taken so far and not given back.
class Taken {
public:
    /// False: this cannot be part of a round that gives back.
    bool add(const Done& done) {
        const Operation& op = *done.operation;
        switch (op.kind) {
        case OpKind::ticket:
        case OpKind::try_ticket:
            if (done.result != 2) mutexes_.push_back(op.address); // 2: a trylock that failed
            return true;
        case OpKind::unlock: return give_back(op.address);
        case OpKind::cas:
        case OpKind::rmw: return runtime::leaves_unchanged(op, done.result) || change(op, done.result);
        default: return true;
        }
    }

    bool nothing() const {
        return mutexes_.empty() &&
               std::all_of(objects_.begin(), objects_.end(), [](const Object& o) { return o.first == o.now; });
    }

private:
    struct Object {
        std::uint64_t address;
        Value first, now;
    };

    bool give_back(std::uint64_t mutex) {
        const auto held = std::find(mutexes_.begin(), mutexes_.end(), mutex);
        if (held == mutexes_.end()) return false; // held before the round: it must not wait with that given up
        mutexes_.erase(held);
        return true;
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

    std::vector<std::uint64_t> mutexes_;
    std::vector<Object> objects_;
};

} // namespace

bool gives_back(const std::vector<Done>& latest_first) {
    Taken taken;
    for (auto done = latest_first.rbegin(); done != latest_first.rend(); ++done)
        if (!taken.add(*done)) return false;
    return taken.nothing();
}

namespace {

bool is_last_write_of(const ExecutionGraph& graph, EventId write, const RoundEvents& round) {
    return std::none_of(round.events.begin(), round.events.end(), [&](EventId e) {
        return e > write && graph[e].is_write() && graph[e].location == graph[write].location;
    });
}

} // namespace

bool sees(const ExecutionGraph& graph, EventId event, const RoundEvents& round) {
    const Event& e = graph[event];
    if (!e.is_read() || e.waiting || e.rf >= no_event || graph[e.rf].thread != round.thread) return false;
    if (std::find(round.events.begin(), round.events.end(), e.rf) == round.events.end()) return false;
    // The next in the mutex's queue comes after whoever was there before the round; but a failed trylock needs a holder.
    if (e.chain) return !e.exclusive;
    return !is_last_write_of(graph, e.rf, round);
}

bool may_see_the_next(const ExecutionGraph& graph, EventId event, const RoundEvents& round) {
    const Event& e = graph[event];
    const Event& first = graph[round.events.front()];
    if (!e.chain || !first.chain || graph[e.rf].previous != round.events.front()) return false;
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
