#include "process/channel.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "core/error.hpp"

namespace heddle::process {
namespace {

using Length = std::uint64_t;

/// More than any report has. The program under test runs in the process that writes: what it does to the pipe must not cost
/// the reader its memory.
constexpr Length longest = Length{1} << 30;

void close_once(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
}

} // namespace

int out_of_the_way(int fd) {
    constexpr int first_number = 900;
    const int high = fd < 0 ? -1 : ::fcntl(fd, F_DUPFD_CLOEXEC, first_number);
    if (high < 0) return fd;
    ::close(fd);
    return high;
}

Pipe::Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw InternalError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    in_ = out_of_the_way(ends[1]);
    out_ = out_of_the_way(ends[0]);
}

Pipe::~Pipe() {
    close_in();
    close_out();
}

Pipe::Pipe(Pipe&& other) noexcept : in_(std::exchange(other.in_, -1)), out_(std::exchange(other.out_, -1)) {}

Pipe& Pipe::operator=(Pipe&& other) noexcept {
    std::swap(in_, other.in_);
    std::swap(out_, other.out_);
    return *this;
}

void Pipe::close_in() { close_once(in_); }
void Pipe::close_out() { close_once(out_); }

void Sender::send(std::string_view message) const {
    const Length length = message.size();
    std::string bytes(reinterpret_cast<const char*>(&length), sizeof length);
    bytes += message;
    for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t n = ::write(fd_, bytes.data() + at, bytes.size() - at);
        if (n > 0) at += static_cast<std::size_t>(n);
        else if (errno != EINTR) return;
    }
}

bool Receiver::receive(const std::function<void(std::string_view)>& take) {
    char buffer[65536];
    const ssize_t n = ::read(fd_, buffer, sizeof buffer);
    if (n <= 0) return n < 0 && errno == EINTR;
    unread_.append(buffer, static_cast<std::size_t>(n));
    std::size_t begin = 0;
    for (Length length; unread_.size() - begin >= sizeof length; begin += sizeof length + length) {
        std::memcpy(&length, unread_.data() + begin, sizeof length);
        if (length > longest) return false;
        if (unread_.size() - begin - sizeof length < length) break;
        take(std::string_view(unread_).substr(begin + sizeof length, length));
    }
    unread_.erase(0, begin);
    return true;
}

} // namespace heddle::process
