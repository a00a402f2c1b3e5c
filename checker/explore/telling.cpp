#include "explore/telling.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace heddle::explore {

using namespace graph;
using runtime::OpKind;

SourceSite Names::site(std::uint64_t pc) const {
    return pc && module_.contains(pc) ? module_.symbols().site_of_return_address(pc) : SourceSite{};
}

std::string Names::global(std::uint64_t address) const {
    return module_.contains(address) ? module_.symbols().object_at(address) : std::string();
}

std::string Names::object(std::uint64_t address, std::uint64_t) const {
    if (module_.contains(address)) return module_.symbols().object_at(address);
    const runtime::Machine::Block block = execution_.machine().block_at(address);
    if (block.size == 0) return {};
    const SourceSite where = site(block.allocated_at);
    if (!where.known()) return {};
    const auto slash = where.file.find_last_of('/');
    std::string text = fmt::format("block from {}:{}", where.file.substr(slash == std::string::npos ? 0 : slash + 1), where.line);
    if (address > block.start) text += fmt::format(" + {}", address - block.start);
    return text;
}

std::string Names::thread(ThreadId t) const {
    const std::uint64_t function = execution_.machine().function_of(t);
    return module_.contains(function) ? module_.symbols().function_at(function) : std::string();
}

std::string Names::waits_for(const Violation::Waiting& waiting) const {
    const runtime::Operation& op = waiting.step->operation;
    const std::string name = op.address ? object(op.address, op.pc) : std::string();
    const std::string quoted = name.empty() ? std::string() : " `" + name + "`";
    switch (op.kind) {
    case OpKind::grant:
        if (waiting.for_thread == waiting.thread) return fmt::format("waits for mutex{}, which it holds itself", quoted);
        if (waiting.for_thread == runtime::max_threads) return fmt::format("waits for mutex{}", quoted);
        return fmt::format("waits for mutex{}, held by thread {}", quoted, waiting.for_thread);
    case OpKind::join: return fmt::format("waits for thread {} to end", waiting.for_thread);
    case OpKind::wake: return fmt::format("waits for a signal of condition variable{}", quoted);
    case OpKind::load:
    case OpKind::rmw:
    case OpKind::cas: return fmt::format("spins until{} changes", quoted.empty() ? " a value" : quoted);
    default: return "cannot go on";
    }
}

void Names::tell_conflict(const Violation& violation, std::uint64_t address, trace::Violation& out) const {
    const Conflict& conflict = *violation.conflict;
    const std::string name = object(address, violation.pc);
    const std::string of = name.empty() ? std::string() : " of `" + name + "`";
    const auto kind = [](AccessKind k, bool atomic) -> std::string {
        const char* what = k == AccessKind::read ? "read" : k == AccessKind::write ? "write" : "free";
        return atomic ? fmt::format("atomic {}", what) : what;
    };
    const unsigned bytes = unsigned(std::popcount(unsigned(violation.mask)));
    std::string other;
    SourceSite other_site;
    ThreadId other_thread;
    if (conflict.event != no_event) {
        const Event& event = execution_.graph()[conflict.event];
        other = kind(event.is_read() ? AccessKind::read : AccessKind::write, true);
        other_site = site(static_cast<const Step*>(event.step)->operation.pc);
        other_thread = event.thread;
    } else {
        other = kind(conflict.earlier.kind, false);
        other_site = site(conflict.earlier.pc);
        other_thread = conflict.earlier.thread;
    }
    const std::string mine = kind(violation.access, violation.atomic);
    if (violation.kind == Verdict::memory) {
        out.message = violation.access == AccessKind::release ? "freed twice" : fmt::format("{}{} after it was freed", mine, of);
    } else {
        out.message = fmt::format("{} and {}{} are not ordered", other, mine, of);
    }
    out.parts.push_back({int(other_thread), other_site, fmt::format("{}{}, {} bytes", other, of, bytes)});
    out.parts.push_back({int(violation.thread), site(violation.pc), fmt::format("{}{}, {} bytes", mine, of, bytes)});
}

void Names::tell_waiting(const Violation& violation, const ExecutionGraph& graph, trace::Violation& out) const {
    for (const auto& w : violation.waiting) out.parts.push_back({int(w.thread), site(w.step->operation.pc), waits_for(w)});
    if (violation.kind == Verdict::livelock) {
        out.message = "a thread spins forever: nothing that can still happen changes what it reads";
        return;
    }
    const bool lost = std::any_of(violation.waiting.begin(), violation.waiting.end(),
                                  [](const auto& w) { return w.step->operation.kind == OpKind::wake; });
    bool signalled = false;
    for (EventId e = 0; e < graph.size(); ++e) signalled |= graph[e].kind == EventKind::pick && graph[e].value == 0;
    const bool mutexes = std::all_of(violation.waiting.begin(), violation.waiting.end(),
                                     [](const auto& w) { return w.step->operation.kind != OpKind::wake; });
    if (lost) out.message = signalled ? "lost signal: it came before the thread waited" : "a thread waits for a signal that nobody sends";
    else if (mutexes && violation.waiting.size() > 1) out.message = "threads wait for each other";
    else out.message = "a thread waits for what never comes";
}

} // namespace heddle::explore
