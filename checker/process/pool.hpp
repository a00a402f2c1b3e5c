// Children that work at once: what they say is heard, a stop is passed on, and whoever does not end in time is ended.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>

#include "core/stop_flag.hpp"
#include "process/child.hpp"

namespace heddle::process {

/// How long a child may take. Nothing that it does, or does not do, makes it longer: the clock is the parent's.
struct Limits {
    using Time = std::chrono::milliseconds;
    Time time{0};      ///< for its work; 0: no limit
    Time grace{1000};  ///< after `time`, to say by itself how far it has come
    Time stop{1000};   ///< the same after it was asked to stop
    Time telling{0};   ///< more than `time` and `stop` when it has found something and tells of it (Pulse::telling)
    Time at_work{0};   ///< while its group is busy (a compiler compiles) the clock of `time` stands still, for so much processor time
    Time asleep{0};    ///< it may use no processor time for so long; 0: for ever
    Time silent{0};    ///< it may stay in the program's code for so long without a sign (Pulse::entries); 0: for ever
};

/// Why a child ended.
enum class Why : std::uint8_t {
    by_itself,
    time_limit,
    stopped, ///< it did not obey in time
    asleep,
    silent,
};

struct Ended {
    int status = 0; ///< as waitpid has it; meaningless unless it ended by itself
    Why why = Why::by_itself;
    std::uint64_t complete = 0, blocked = 0; ///< executions, the last that is known
    double seconds = 0;                      ///< since its limits began
    bool was_telling = false;
    int verdict = -1;       ///< see Pulse
    std::string last_words;
};

class Pool {
public:
    struct Events {
        std::function<void(std::string_view message)> heard;
        std::function<void(const Ended&)> ended; ///< once, when all it said has been heard; may add another child
    };

    /// `stop` is looked at whenever wait() is called or interrupted.
    explicit Pool(const StopFlag& stop);
    ~Pool();

    /// A member; valid until its end has been told.
    class Member;
    Member& add(Child child, const Limits& limits, Events events);
    /// Other limits from now on; the clock of `time` starts again.
    static void limit(Member& member, const Limits& limits);

    bool empty() const { return members_.empty(); }
    std::size_t size() const { return members_.size(); }
    /// Until something was heard or somebody has ended, but not long.
    void wait();

private:
    void pass_on_stop();
    void end_overdue();
    void take_leave();

    const StopFlag& stop_;
    std::list<Member> members_;
    bool passed_on_ = false;
    std::chrono::steady_clock::time_point looked_{};
};

/// One child, attended until it has ended.
Ended attend(Child child, const Limits& limits, const StopFlag& stop,
             const std::function<void(std::string_view)>& heard);

} // namespace heddle::process
