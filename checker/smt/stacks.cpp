#include "smt/stacks.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace heddle::smt {
namespace {

using trace::RecordedEvent;
using trace::RecordedKind;

/// The last byte of a stack, and the thread that had it last.
using Owners = std::map<std::uint64_t, std::uint32_t>;

Owners find_owners(const trace::Recording& recording, std::vector<Stack>& stacks) {
    Owners owners;
    for (std::uint32_t t = 1; t < recording.threads.size(); ++t) {
        const auto& events = recording.threads[t].events;
        if (events.empty() || events.front().kind != RecordedKind::start) continue;
        const Value given = events.front().value;
        Stack& stack = stacks[t];
        stack.begin = std::uint64_t(given), stack.bytes = std::uint64_t(given >> 64);
        constexpr std::uint64_t address_space = std::uint64_t{1} << 48;
        if (stack.begin >= address_space || stack.bytes > address_space - stack.begin) stack = {}; // damage
        if (!stack.bytes) continue;
        const std::uint64_t end = stack.begin + stack.bytes;
        for (auto s = owners.lower_bound(stack.begin); s != owners.end() && stacks[s->second].begin < end; s = owners.erase(s))
            stack.before = stack.before == nobody ? s->second : std::max(stack.before, s->second);
        owners[end - 1] = t;
    }
    return owners;
}

bool has_address_of_object(RecordedKind kind) {
    switch (kind) {
    case RecordedKind::none:
    case RecordedKind::start: // of the function
    case RecordedKind::end:
    case RecordedKind::create:
    case RecordedKind::join:
    case RecordedKind::fence:
    case RecordedKind::ensure: return false;
    default: return true;
    }
}

bool writes(RecordedKind kind) {
    return kind == RecordedKind::plain_write || kind == RecordedKind::atomic_write || kind == RecordedKind::rmw_write;
}

} // namespace

std::vector<Stack> stacks_of(const trace::Recording& recording) {
    std::vector<Stack> stacks(recording.threads.size());
    const Owners owners = find_owners(recording, stacks);
    std::set<std::uint64_t> known; // last bytes of stacks that others know addresses in
    const auto learn = [&](std::uint64_t address, const Stack& own) {
        const auto s = owners.lower_bound(address);
        if (s != owners.end() && stacks[s->second].contains(address) && !own.contains(address)) known.insert(s->first);
    };
    for (std::size_t t = 0; t < recording.threads.size(); ++t)
        for (const RecordedEvent& e : recording.threads[t].events) {
            if (has_address_of_object(e.kind)) learn(e.address, stacks[t]);
            if (writes(e.kind) && !stacks[t].contains(e.address)) learn(std::uint64_t(e.value), {});
        }
    for (Stack& stack : stacks) {
        if (!stack.bytes) continue;
        for (auto s = known.lower_bound(stack.begin); s != known.end() && stacks[owners.at(*s)].begin < stack.begin + stack.bytes; ++s)
            stack.shared = true;
    }
    return stacks;
}

} // namespace heddle::smt
