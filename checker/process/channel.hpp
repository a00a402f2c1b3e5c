// Messages from a process to the one that forked it: bytes with their length before them, through a pipe.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace heddle::process {

/// The same descriptor by a large number, closed on exec: programs count on getting small numbers for the files that they open, and
/// on the same ones each time.
int out_of_the_way(int fd);

/// Both ends of a pipe, out of the way.
class Pipe {
public:
    /// Throws InternalError.
    Pipe();
    ~Pipe();
    Pipe(Pipe&&) noexcept;
    Pipe& operator=(Pipe&&) noexcept;

    int in() const { return in_; }   ///< written to
    int out() const { return out_; } ///< read from
    void close_in();
    void close_out();

private:
    int in_ = -1, out_ = -1;
};

class Sender {
public:
    explicit Sender(int fd) : fd_(fd) {}
    int fd() const { return fd_; }
    /// Returns when all is written; silently when nobody listens any more.
    void send(std::string_view message) const;

private:
    int fd_;
};

class Receiver {
public:
    explicit Receiver(int fd) : fd_(fd) {}
    /// Reads what is there and hands over each message that is complete. False: the other side has closed, or what came
    /// is no message.
    bool receive(const std::function<void(std::string_view)>& take);

private:
    int fd_;
    std::string unread_; ///< the beginning of a message
};

} // namespace heddle::process
