#include "trace/folding.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "trace/links.hpp"

namespace heddle::trace {
namespace {

constexpr std::size_t short_story = 14; ///< steps that need no folding …
constexpr std::size_t few = 3;          ///< … and fewer than these in a row neither, where no call holds them together

bool is_atomic_access(Op op) { return op == Op::read || op == Op::write || op == Op::rmw || op == Op::cas || op == Op::cas_fail || op == Op::fence; }

class Relevance {
public:
    explicit Relevance(const Trace& trace) : trace_(trace), links_(links_of(trace)), matters_(marked_steps(trace)) {
        if (std::find(matters_.begin(), matters_.end(), true) == matters_.end() && !matters_.empty()) matters_.back() = true;
        find_subject();
        find_shared();
        for (std::size_t i = 0; i < trace.steps.size(); ++i)
            if (matters_by_itself(i)) matters_[i] = true;
        keep_last_locks();
        keep_links();
    }

    const std::vector<bool>& matters() const { return matters_; }

private:
    const Step& step(std::size_t i) const { return trace_.steps[i]; }

    /// What the violation is about: threads (not those that only wait for the others' end) and objects.
    void find_subject() {
        for (const Part& part : trace_.violation.parts) {
            if (part.waits_for && part.waits_for->op == Op::join) continue;
            threads_.insert(part.thread);
        }
        for (std::size_t i = 0; i < trace_.steps.size(); ++i) {
            if (!matters_[i] || step(i).op == Op::violation) continue;
            if (step(i).waits_for && step(i).waits_for->op == Op::join) continue;
            if (threads_.empty() || threads_.contains(step(i).thread)) name_object(step(i).object, step(i).address);
        }
        if (trace_.violation.kind != Verdict::data_race)
            for (const auto& [name, value] : trace_.violation.values) names_.insert(name);
    }

    void name_object(const std::string& name, std::uint64_t address) {
        if (address) addresses_.insert(address);
        if (!name.empty()) names_.insert(name);
    }

    bool is_subject(const Step& s) const { return (s.address && addresses_.contains(s.address)) || (!s.object.empty() && names_.contains(s.object)); }

    bool matters_by_itself(std::size_t i) const {
        const Step& s = step(i);
        switch (s.op) {
        case Op::allocate:
        case Op::free:
        case Op::signal:
        case Op::broadcast:
        case Op::notify:
        case Op::wait:
        case Op::trylock_fail: return is_subject(s);
        case Op::create: return threads_.contains(number(s.value));
        case Op::choose:
        case Op::input:
        case Op::invariant: return true;
        default: break;
        }
        if (s.stale) return true;
        if (i > 0 && !s.state.empty() && s.state != step(i - 1).state) return true;
        return (writes(s.op) || (reads(s.op) && s.call.empty())) && (is_subject(s) || (s.call.empty() && shared_.contains(s.address)));
    }

    /// Where it is values that are wrong, whatever several threads have accessed may have made them so.
    void find_shared() {
        switch (trace_.violation.kind) {
        case Verdict::data_race:
        case Verdict::deadlock:
        case Verdict::livelock:
        case Verdict::memory: return;
        default: break;
        }
        std::map<std::uint64_t, std::set<int>> users;
        for (const Step& s : trace_.steps)
            if (s.address && (reads(s.op) || writes(s.op))) users[s.address].insert(s.thread);
        for (const auto& [address, threads] : users)
            if (threads.size() > 1) shared_.insert(address);
    }

    static int number(const std::string& text) {
        return text.empty() || text.find_first_not_of("0123456789") != text.npos || text.size() > 6 ? -1 : std::stoi(text);
    }

    /// The locks that the threads hold when it happens, or wait for.
    void keep_last_locks() {
        for (const Span& span : spans_of(trace_))
            if (span.kind != Span::Kind::waits && span.to == int(trace_.steps.size()) && (threads_.contains(span.thread) || names_.contains(span.object)))
                matters_[std::size_t(span.from)] = true;
    }

    /// What the threads have learnt from others by their own reads; the source of each read that matters.
    void keep_links() {
        for (std::size_t l = links_.size(); l-- > 0;) {
            const auto from = std::size_t(links_[l].from), to = std::size_t(links_[l].to);
            if (links_[l].kind == LinkKind::creates || links_[l].kind == LinkKind::joins) continue;
            const bool own = reads(step(to).op) && step(to).call.empty() && threads_.contains(step(to).thread) && step(from).thread != step(to).thread;
            if (own) matters_[to] = true;
            if (matters_[to]) matters_[from] = true;
        }
    }

    const Trace& trace_;
    const std::vector<Link> links_;
    std::vector<bool> matters_;
    std::set<int> threads_;
    std::set<std::uint64_t> addresses_, shared_;
    std::set<std::string> names_;
};

/// How a library carries out the user's call: of no interest by itself.
bool is_inside_call(const Step& step) { return !step.call.empty() && (is_atomic_access(step.op) || is_plain(step.op) || step.op == Op::notify); }

bool same_call(const Step& a, const Step& b) {
    return is_inside_call(a) && is_inside_call(b) && a.thread == b.thread && a.call == b.call && a.site.file == b.site.file && a.site.line == b.site.line;
}

/// " on pool.tasks", when all of the call is about one object that is no part of the library's own.
std::string object_of(const Fold& fold, const Trace& trace) {
    std::set<std::string> objects;
    for (std::size_t i = fold.first; i < fold.first + fold.count; ++i) objects.insert(is_plain(trace.steps[i].op) ? trace.steps[i].object : "");
    return objects.size() == 1 && !objects.begin()->empty() ? " on " + *objects.begin() : std::string();
}

} // namespace

std::vector<Fold> folds_of(const Trace& trace) {
    const std::vector<bool> matters = Relevance(trace).matters();
    const bool tiny = trace.steps.size() <= short_story;
    std::vector<Fold> folds;
    for (std::size_t i = 0; i < trace.steps.size();) {
        std::size_t end = i, in_call = 0;
        while (end < trace.steps.size() && !matters[end]) ++end;
        while (i + in_call < end && same_call(trace.steps[i], trace.steps[i + in_call])) ++in_call;
        if (i + in_call == end && in_call > 0) folds.push_back({i, in_call, trace.steps[i].call});
        else if (!tiny && end - i >= few) folds.push_back({i, end - i, {}});
        else if (in_call > 0) {
            folds.push_back({i, in_call, trace.steps[i].call});
            end = i + in_call;
        } else end = i + 1;
        i = std::max(end, i + 1);
    }
    return folds;
}

std::string words_of(const Fold& fold, const Trace& trace) {
    const std::string steps = fold.count == 1 ? "1 step" : fmt::format("{} steps", fold.count);
    const int first = trace.steps[fold.first].thread;
    if (!fold.call.empty()) return fmt::format("T{} calls {}{}: {}", first, fold.call, object_of(fold, trace), steps);
    std::set<int> threads;
    for (std::size_t i = fold.first; i < fold.first + fold.count; ++i) threads.insert(trace.steps[i].thread);
    std::vector<std::string> words;
    for (const int t : threads) words.push_back(fmt::format("T{}", t));
    if (words.size() > 5) return fmt::format("{} of {} threads", steps, words.size());
    const std::string last = words.back();
    words.pop_back();
    return fmt::format("{} of {}{}", steps, words.empty() ? "" : fmt::format("{} and ", fmt::join(words, ", ")), last);
}

} // namespace heddle::trace
