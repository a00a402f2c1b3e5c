#include "trace/links.hpp"

#include <algorithm>
#include <optional>

namespace heddle::trace {
namespace {

bool is_release(const std::string& order) { return order == "release" || order == "acq_rel" || order == "seq_cst"; }
bool is_acquire(const std::string& order) { return order == "acquire" || order == "consume" || order == "acq_rel" || order == "seq_cst"; }

bool same_object(const Step& a, const Step& b) { return a.address || b.address ? a.address == b.address : a.object == b.object; }

LinkKind kind_of_source(const Step& from, const Step& to) {
    if (to.op == Op::wake) return LinkKind::wakes;
    if (!reads(to.op)) return LinkKind::hands_over;
    return is_release(from.order) && is_acquire(to.order) ? LinkKind::synchronises : LinkKind::reads_from;
}

class Links {
public:
    explicit Links(const Trace& trace) : trace_(trace), marked_(marked_steps(trace)) {}

    std::vector<Link> all() {
        for (int i = 0; i < int(trace_.steps.size()); ++i) add_links_to(i);
        return std::move(links_);
    }

private:
    void add(int from, int to, LinkKind kind) { links_.push_back({from, to, kind}); }

    void add_links_to(int i) {
        const Step& step = trace_.steps[std::size_t(i)];
        if (step.reads_from >= 0) add(step.reads_from, i, kind_of_source(trace_.steps[std::size_t(step.reads_from)], step));
        if (const int creator = created_by(i); creator >= 0) add(creator, i, LinkKind::creates);
        if (step.op == Op::join)
            if (const int last = last_of(step.value, i); last >= 0) add(last, i, LinkKind::joins);
        if (step.op == Op::meet) add_arrivals(i);
        if (const int other = conflicting(i); other >= 0) add(other, i, LinkKind::conflicts);
    }

    /// Of a thread's first step the one that created the thread; -1: it is not in the story.
    int created_by(int i) const {
        const int thread = trace_.steps[std::size_t(i)].thread;
        for (int before = 0; before < i; ++before)
            if (trace_.steps[std::size_t(before)].thread == thread) return -1;
        for (int before = i; before-- > 0;)
            if (trace_.steps[std::size_t(before)].op == Op::create && trace_.steps[std::size_t(before)].value == std::to_string(thread)) return before;
        return -1;
    }

    int last_of(const std::string& thread, int before) const {
        while (before-- > 0)
            if (std::to_string(trace_.steps[std::size_t(before)].thread) == thread) return before;
        return -1;
    }

    void add_arrivals(int meeting) {
        for (int i = meeting; i-- > 0;) {
            const Step& step = trace_.steps[std::size_t(i)];
            if (!same_object(step, trace_.steps[std::size_t(meeting)])) continue;
            if (step.op == Op::meet && step.thread == trace_.steps[std::size_t(meeting)].thread) return; // of an earlier round
            if (step.op == Op::arrive) add(i, meeting, LinkKind::meets);
        }
    }

    int conflicting(int i) const {
        const Verdict kind = trace_.violation.kind;
        if ((kind != Verdict::data_race && kind != Verdict::memory) || !marked_[std::size_t(i)]) return -1;
        for (int before = i; before-- > 0;)
            if (marked_[std::size_t(before)] && trace_.steps[std::size_t(before)].op != Op::allocate) return before;
        return -1;
    }

    const Trace& trace_;
    std::vector<bool> marked_;
    std::vector<Link> links_;
};

class Spans {
public:
    explicit Spans(const Trace& trace) : trace_(trace) {}

    std::vector<Span> all() {
        for (int i = 0; i < int(trace_.steps.size()); ++i) take(i, trace_.steps[std::size_t(i)]);
        return std::move(spans_);
    }

private:
    int end() const { return int(trace_.steps.size()); }

    void open(Span::Kind kind, int i, const std::string& object) { spans_.push_back({kind, trace_.steps[std::size_t(i)].thread, i, end(), object}); }

    /// The newest of its kind that is open; `object` empty: whatever it is of.
    void close(bool waits, int i, const std::string& object) {
        for (std::size_t s = spans_.size(); s-- > 0;) {
            Span& span = spans_[s];
            if (span.thread != trace_.steps[std::size_t(i)].thread || span.to != end() || (span.kind == Span::Kind::waits) != waits) continue;
            if (!object.empty() && span.object != object) continue;
            span.to = i;
            return;
        }
    }

    bool waits(int thread) const {
        return std::any_of(spans_.begin(), spans_.end(), [&](const Span& s) { return s.thread == thread && s.kind == Span::Kind::waits && s.to == end(); });
    }

    void take(int i, const Step& step) {
        switch (step.op) {
        case Op::lock: return open(Span::Kind::holds, i, step.object);
        case Op::lock_shared: return open(Span::Kind::shares, i, step.object);
        case Op::unlock:
        case Op::unlock_shared: return close(false, i, step.object);
        case Op::wait:
            if (!step.releases.empty()) close(false, i, step.releases);
            return open(Span::Kind::waits, i, step.object);
        case Op::wake: return close(true, i, {});
        case Op::blocked:
            if (!waits(step.thread)) open(Span::Kind::waits, i, step.waits_for && !step.waits_for->what.empty() ? step.waits_for->what : step.object);
            return;
        default: return;
        }
    }

    const Trace& trace_;
    std::vector<Span> spans_;
};

} // namespace

std::vector<Link> links_of(const Trace& trace) { return Links(trace).all(); }
std::vector<Span> spans_of(const Trace& trace) { return Spans(trace).all(); }

std::vector<bool> marked_steps(const Trace& trace) {
    std::vector<bool> marked(trace.steps.size());
    for (const Part& part : trace.violation.parts) {
        std::optional<std::size_t> at;
        for (std::size_t i = 0; i < trace.steps.size(); ++i) {
            const Step& step = trace.steps[i];
            const bool there = step.thread == part.thread && part.site.known() && step.site.file == part.site.file && step.site.line == part.site.line;
            if (there && (!at || trace.steps[*at].note != "races" || step.note == "races")) at = i;
        }
        if (at) marked[*at] = true;
    }
    for (std::size_t i = 0; i < trace.steps.size(); ++i)
        if (trace.steps[i].op == Op::blocked || trace.steps[i].op == Op::violation) marked[i] = true;
    return marked;
}

std::vector<int> circle_of(const Violation& violation) {
    const auto holder_for = [&](int thread) {
        for (const Part& part : violation.parts)
            if (part.thread == thread && part.waits_for) return part.waits_for->holder;
        return -1;
    };
    for (const Part& start : violation.parts) {
        std::vector<int> way{start.thread};
        for (int next = holder_for(start.thread); next >= 0; next = holder_for(next)) {
            if (next == start.thread) return way;
            if (std::find(way.begin(), way.end(), next) != way.end()) break; // a circle further on
            way.push_back(next);
        }
    }
    return {};
}

} // namespace heddle::trace
