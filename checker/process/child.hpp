// A forked process that does a piece of work: it tells of it through a channel and shows how far it has come; it can be asked
// to stop, and ended with all that it has started.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include <sys/types.h>

#include "core/pulse.hpp"
#include "process/channel.hpp"

namespace heddle::process {

class Child {
public:
    /// Whose process group it is in: of ours it may read from the terminal, and Ctrl-C reaches it.
    enum class Group : std::uint8_t { its_own, ours };

    /// Forks. The child does the work, dies with its parent, and ends with exit status 0 when the work returns; the work must
    /// not throw.
    explicit Child(const std::function<void(Sender)>& work, Group group = Group::its_own);
    /// Ends a child that was not waited for.
    ~Child();
    Child(Child&&) noexcept;
    Child& operator=(Child&&) noexcept;

    pid_t id() const { return process_; }
    /// Readable when the child has said something or has closed.
    int fd() const { return pipe_.out(); }
    /// See Receiver::receive.
    bool receive(const std::function<void(std::string_view)>& take) { return receiver_.receive(take); }
    /// Shared with the child, and left as it was when the child is gone.
    const Pulse& pulse() const { return *pulse_; }

    void ask_to_stop() const;
    /// Kills it, its process group and what descends from it.
    void end() const;
    /// Readable from its end on; -1 where the kernel does not offer that.
    int end_fd() const { return end_fd_; }
    bool has_ended() const;
    /// Takes what it still had to say, and waits for its end. @return what waitpid says.
    int wait(const std::function<void(std::string_view)>& take = [](std::string_view) {});

    /// Processor time of the process itself, threads included; zero when it is gone.
    std::chrono::nanoseconds processor_time() const;
    /// Its process group: what it has started, a compiler say.
    struct Usage {
        bool busy = false;                 ///< some process of it can run or is about to
        std::chrono::milliseconds used{0}; ///< processor time so far
    };
    Usage group() const;

private:
    void release();

    pid_t process_ = 0; ///< 0: waited for
    Group group_ = Group::its_own;
    Pipe pipe_;
    int end_fd_ = -1;
    Receiver receiver_{-1};
    Pulse* pulse_ = nullptr;
};

} // namespace heddle::process
