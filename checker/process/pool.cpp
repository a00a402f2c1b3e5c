#include "process/pool.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include <poll.h>

namespace heddle::process {

using Clock = std::chrono::steady_clock;

namespace {

/// Between two looks at the clocks and at children that cannot be polled.
constexpr std::chrono::milliseconds between_looks{100};

} // namespace

class Pool::Member {
public:
    Member(Child c, const Limits& l, Events e) : child(std::move(c)), events(std::move(e)) { limit(l); }

    void limit(const Limits& l) {
        limits = l;
        began = moved = awoke = last_look = Clock::now();
        at_work = {};
    }

    /// Why it must be ended now, if it must.
    std::optional<Why> overdue(Clock::time_point now) {
        look(now);
        const auto more = child.pulse().telling ? limits.telling : Limits::Time{0};
        if (asked_to_stop && now - *asked_to_stop > limits.stop + more) return Why::stopped;
        if (limits.time.count() && now - began - at_work > limits.time + limits.grace + more) return Why::time_limit;
        if (limits.asleep.count() && now - awoke > limits.asleep) return Why::asleep;
        if (limits.silent.count() && now - moved > limits.silent) return Why::silent;
        return std::nullopt;
    }

    double seconds() const { return std::chrono::duration<double>(Clock::now() - began).count(); }

    Child child;
    Events events;
    std::optional<Clock::time_point> asked_to_stop;
    std::optional<Why> ended_for;
    bool closed = false; ///< its channel

private:
    /// What it has done since the last look.
    void look(Clock::time_point now) {
        const Pulse& pulse = child.pulse();
        if (const std::uint64_t n = pulse.entries; n != entries || !pulse.in_program) moved = now, entries = n;
        const auto used = child.processor_time();
        if (used != processor_time) processor_time = used, awoke = now;
        const Clock::duration since = now - std::exchange(last_look, now);
        // The group costs a walk through all processes: only who needs it pays.
        if (!limits.at_work.count() && (!limits.asleep.count() || awoke == now)) return;
        const Child::Usage group = child.group();
        if (group.busy) awoke = now;
        if (group.busy && group.used < limits.at_work) at_work += since;
    }

    Limits limits;
    Clock::time_point began, moved, awoke, last_look;
    Clock::duration at_work{};
    std::uint64_t entries = 0;
    std::chrono::nanoseconds processor_time{0};
};

Pool::Pool(const StopFlag& stop) : stop_(stop) {}
Pool::~Pool() = default;

Pool::Member& Pool::add(Child child, const Limits& limits, Events events) {
    Member& member = members_.emplace_back(std::move(child), limits, std::move(events));
    if (passed_on_) {
        member.child.ask_to_stop();
        member.asked_to_stop = Clock::now();
    }
    return member;
}

void Pool::limit(Member& member, const Limits& limits) { member.limit(limits); }

void Pool::wait() {
    pass_on_stop();
    std::vector<pollfd> files;
    for (const Member& member : members_) {
        files.push_back({member.closed ? -1 : member.child.fd(), POLLIN, 0});
        files.push_back({member.child.end_fd(), POLLIN, 0});
    }
    if (::poll(files.data(), files.size(), int(between_looks.count())) > 0) {
        std::size_t i = 0;
        for (Member& member : members_) {
            if (files[i].revents) member.closed = !member.child.receive(member.events.heard);
            i += 2;
        }
    }
    pass_on_stop();
    end_overdue();
    take_leave();
}

void Pool::pass_on_stop() {
    if (passed_on_ || !stop_) return;
    passed_on_ = true;
    for (Member& member : members_) {
        member.child.ask_to_stop();
        member.asked_to_stop = Clock::now();
    }
}

void Pool::end_overdue() {
    const auto now = Clock::now();
    if (now - looked_ < between_looks) return;
    looked_ = now;
    for (Member& member : members_)
        if (!member.ended_for && !member.child.has_ended())
            if (const auto why = member.overdue(now)) {
                member.ended_for = why;
                member.child.end();
            }
}

void Pool::take_leave() {
    for (auto it = members_.begin(); it != members_.end();) {
        if (!it->child.has_ended()) {
            ++it;
            continue;
        }
        std::list<Member> gone; // `ended` may add another
        gone.splice(gone.begin(), members_, it++);
        Member& member = gone.front();
        Ended ended;
        ended.status = member.child.wait(member.events.heard);
        ended.why = member.ended_for.value_or(Why::by_itself);
        ended.complete = member.child.pulse().complete;
        ended.blocked = member.child.pulse().blocked;
        ended.seconds = member.seconds();
        ended.was_telling = member.child.pulse().telling;
        ended.verdict = member.child.pulse().verdict;
        const char* words = member.child.pulse().last_words;
        ended.last_words.assign(words, ::strnlen(words, sizeof Pulse::last_words));
        member.events.ended(ended);
    }
}

Ended attend(Child child, const Limits& limits, const StopFlag& stop,
             const std::function<void(std::string_view)>& heard) {
    Ended result;
    Pool pool(stop);
    pool.add(std::move(child), limits, {heard, [&](const Ended& ended) { result = ended; }});
    while (!pool.empty()) pool.wait();
    return result;
}

} // namespace heddle::process
