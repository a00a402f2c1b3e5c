// File descriptors. What one thread writes into a pipe, socket or eventfd happens before another reads it; closing a
// descriptor races with its use.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "native/accesses.hpp"
#include "native/files.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/locking.hpp"
#include "native/real.hpp"

namespace heddle::native {
namespace {

constexpr int known_files = 4096;
/// Its address stands for the descriptor: the shadow of accesses, the object that orders.
alignas(8) std::uint64_t files[known_files];
/// The descriptor whose object this one uses (both ends of a pipe are one), + 1; 0: orders nothing.
std::array<std::uint32_t, known_files> object_of_file;

bool known(int file) { return file >= 0 && file < known_files; }
std::uint64_t place(int file) { return reinterpret_cast<std::uint64_t>(&files[file]); }

void used(int file, std::uint64_t pc) {
    if (known(file) && file > 2) access(place(file), 3, Access::read, pc);
}

/// The descriptor is new. (`replaced`: dup2() put it where another one was, on which others may rely. That is no write.)
void opened(int file, int object, std::uint64_t pc, bool replaced = false) {
    if (!known(file) || !watching()) return;
    forget_accesses(place(file), 8);
    forget_syncs(place(file), 8);
    access(place(file), 3, replaced ? Access::read : Access::write, pc);
    object_of_file[static_cast<std::size_t>(file)] = known(object) ? static_cast<std::uint32_t>(object) + 1 : 0;
}

Sync* object_of(int file) {
    const std::uint32_t object = known(file) ? object_of_file[static_cast<std::size_t>(file)] : 0;
    return object && watching() ? &sync_at(place(static_cast<int>(object) - 1)) : nullptr;
}

void sends(int file, std::uint64_t pc) {
    used(file, pc);
    if (Sync* sync = object_of(file)) {
        const Inside inside;
        drain(*me);
        const std::lock_guard guard(sync->lock);
        release_at(*me, *sync, true);
    }
}
void received(int file) {
    if (Sync* sync = object_of(file)) {
        const Inside inside;
        const std::lock_guard guard(sync->lock);
        acquire_at(*me, *sync);
    }
}

template <typename Call>
auto receive(int file, std::uint64_t pc, Call call) {
    used(file, pc);
    std::optional<WaitingFor> note;
    if (watching()) {
        const Inside inside;
        note.emplace(*me, Waiting::outside, 0, 0, pc);
    }
    const auto result = call();
    note.reset();
    if (result >= 0) received(file);
    return result;
}

ssize_t read_from(int file, void* to, std::size_t size) {
    const ssize_t got = receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(read)(file, to, size); });
    if (got > 0) access_range(reinterpret_cast<std::uint64_t>(to), static_cast<std::size_t>(got), Access::write, HEDDLE_CALLER);
    return got;
}
ssize_t write_to(int file, const void* from, std::size_t size) {
    access_range(reinterpret_cast<std::uint64_t>(from), size, Access::read, HEDDLE_CALLER);
    sends(file, HEDDLE_CALLER);
    return ::write(file, from, size);
}
/// Of the memory of several pieces as much as was transferred.
void touch_parts(const iovec* parts, std::size_t count, ssize_t size, Access kind, std::uint64_t pc) {
    auto left = static_cast<std::size_t>(std::max<ssize_t>(size, 0));
    for (std::size_t i = 0; i < count && left; ++i) {
        const std::size_t here = std::min(left, parts[i].iov_len);
        access_range(reinterpret_cast<std::uint64_t>(parts[i].iov_base), here, kind, pc);
        left -= here;
    }
}
std::size_t size_of_parts(const iovec* parts, int count) {
    std::size_t size = 0;
    for (int i = 0; i < count; ++i) size += parts[i].iov_len;
    return size;
}
ssize_t read_parts(int file, const iovec* parts, int count) {
    const ssize_t got = receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(readv)(file, parts, count); });
    touch_parts(parts, static_cast<std::size_t>(count), got, Access::write, HEDDLE_CALLER);
    return got;
}
ssize_t write_parts(int file, const iovec* parts, int count) {
    touch_parts(parts, static_cast<std::size_t>(count), static_cast<ssize_t>(size_of_parts(parts, count)), Access::read, HEDDLE_CALLER);
    sends(file, HEDDLE_CALLER);
    return HEDDLE_NATIVE(writev)(file, parts, count);
}
ssize_t receive_from(int file, void* to, std::size_t size, int flags) {
    const ssize_t got = receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(recv)(file, to, size, flags); });
    if (got > 0) access_range(reinterpret_cast<std::uint64_t>(to), static_cast<std::size_t>(got), Access::write, HEDDLE_CALLER);
    return got;
}
ssize_t send_to(int file, const void* from, std::size_t size, int flags) {
    access_range(reinterpret_cast<std::uint64_t>(from), size, Access::read, HEDDLE_CALLER);
    sends(file, HEDDLE_CALLER);
    return HEDDLE_NATIVE(send)(file, from, size, flags);
}
ssize_t receive_message(int file, msghdr* message, int flags) {
    const ssize_t got = receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(recvmsg)(file, message, flags); });
    touch_parts(message->msg_iov, message->msg_iovlen, got, Access::write, HEDDLE_CALLER);
    return got;
}
ssize_t send_message(int file, const msghdr* message, int flags) {
    touch_parts(message->msg_iov, message->msg_iovlen, static_cast<ssize_t>(size_of_parts(message->msg_iov, static_cast<int>(message->msg_iovlen))),
                Access::read, HEDDLE_CALLER);
    sends(file, HEDDLE_CALLER);
    return HEDDLE_NATIVE(sendmsg)(file, message, flags);
}

void reads_text(const char* text, std::uint64_t pc) {
    if (text) access_range(reinterpret_cast<std::uint64_t>(text), std::strlen(text) + 1, Access::read, pc);
}
void writes_ends(int* ends, std::uint64_t pc) { access_range(reinterpret_cast<std::uint64_t>(ends), 2 * sizeof *ends, Access::write, pc); }
int pipe_with(int* ends, int flags) {
    const int result = HEDDLE_NATIVE(pipe2)(ends, flags);
    if (result == 0) writes_ends(ends, HEDDLE_CALLER), opened(ends[0], ends[0], HEDDLE_CALLER), opened(ends[1], ends[0], HEDDLE_CALLER);
    return result;
}
int pipe_plain(int* ends) {
    const int result = HEDDLE_NATIVE(pipe2)(ends, 0);
    if (result == 0) writes_ends(ends, HEDDLE_CALLER), opened(ends[0], ends[0], HEDDLE_CALLER), opened(ends[1], ends[0], HEDDLE_CALLER);
    return result;
}
int socket_pair(int domain, int type, int protocol, int* ends) {
    const int result = HEDDLE_NATIVE(socketpair)(domain, type, protocol, ends);
    if (result == 0) writes_ends(ends, HEDDLE_CALLER), opened(ends[0], ends[0], HEDDLE_CALLER), opened(ends[1], ends[0], HEDDLE_CALLER);
    return result;
}
/// All sockets made by socket() and accept() are one object: who is connected to whom is not known.
constexpr int any_socket = 0;
/// So are all files: what is written into one may be read through another descriptor.
constexpr int any_file = 1;
/// A descriptor that orders, if anything, by itself.
int new_file(int file, std::uint64_t pc) {
    if (file >= 0) opened(file, file, pc);
    return file;
}
int socket_new(int domain, int type, int protocol) {
    const int file = HEDDLE_NATIVE(socket)(domain, type, protocol);
    if (file >= 0) opened(file, any_socket, HEDDLE_CALLER);
    return file;
}
int socket_accept(int file, sockaddr* address, socklen_t* size) {
    const int made = receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(accept)(file, address, size); });
    if (made >= 0) opened(made, any_socket, HEDDLE_CALLER);
    return made;
}
int socket_accept_with(int file, sockaddr* address, socklen_t* size, int flags) {
    const int made = receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(accept4)(file, address, size, flags); });
    if (made >= 0) opened(made, any_socket, HEDDLE_CALLER);
    return made;
}
int socket_connect(int file, const sockaddr* address, socklen_t size) {
    sends(file, HEDDLE_CALLER);
    return HEDDLE_NATIVE(connect)(file, address, size);
}
int event_new(unsigned value, int flags) {
    const int file = HEDDLE_NATIVE(eventfd)(value, flags);
    if (file >= 0) opened(file, file, HEDDLE_CALLER);
    return file;
}
int object_number(int file) { return known(file) ? static_cast<int>(object_of_file[static_cast<std::size_t>(file)]) - 1 : -1; }
int duplicate(int file) {
    used(file, HEDDLE_CALLER);
    const int made = HEDDLE_NATIVE(dup)(file);
    if (made >= 0) opened(made, object_number(file), HEDDLE_CALLER);
    return made;
}
int duplicate_as(int file, int wanted) {
    used(file, HEDDLE_CALLER);
    const int made = HEDDLE_NATIVE(dup2)(file, wanted);
    if (made >= 0 && made != file && made > 2) opened(made, object_number(file), HEDDLE_CALLER, true);
    return made;
}
int duplicate_with(int file, int wanted, int flags) {
    used(file, HEDDLE_CALLER);
    const int made = HEDDLE_NATIVE(dup3)(file, wanted, flags);
    if (made > 2) opened(made, object_number(file), HEDDLE_CALLER, true);
    return made;
}
int control(int file, int command, void* argument) {
    used(file, HEDDLE_CALLER);
    const int made = HEDDLE_NATIVE(fcntl)(file, command, argument);
    if (made >= 0 && (command == F_DUPFD || command == F_DUPFD_CLOEXEC)) opened(made, object_number(file), HEDDLE_CALLER);
    return made;
}
int open_file(const char* path, int flags, mode_t mode) {
    reads_text(path, HEDDLE_CALLER);
    const int file = HEDDLE_NATIVE(open)(path, flags, mode);
    if (file >= 0) opened(file, any_file, HEDDLE_CALLER);
    return file;
}
int open_file_at(int folder, const char* path, int flags, mode_t mode) {
    reads_text(path, HEDDLE_CALLER);
    const int file = HEDDLE_NATIVE(openat)(folder, path, flags, mode);
    if (file >= 0) opened(file, any_file, HEDDLE_CALLER);
    return file;
}
int create_file(const char* path, mode_t mode) {
    reads_text(path, HEDDLE_CALLER);
    const int file = HEDDLE_NATIVE(creat)(path, mode);
    if (file >= 0) opened(file, any_file, HEDDLE_CALLER);
    return file;
}
int make_temporary(char* pattern) {
    const int file = HEDDLE_NATIVE(mkstemp)(pattern);
    access_range(reinterpret_cast<std::uint64_t>(pattern), std::strlen(pattern) + 1, Access::write, HEDDLE_CALLER);
    if (file >= 0) opened(file, any_file, HEDDLE_CALLER);
    return file;
}
FILE* open_stream(const char* path, const char* mode) {
    reads_text(path, HEDDLE_CALLER), reads_text(mode, HEDDLE_CALLER);
    FILE* stream = HEDDLE_NATIVE(fopen)(path, mode);
    if (stream) opened(fileno(stream), any_file, HEDDLE_CALLER);
    return stream;
}
int timer_file(int clock, int flags) { return new_file(HEDDLE_NATIVE(timerfd_create)(clock, flags), HEDDLE_CALLER); }
int signal_file(int file, const sigset_t* mask, int flags) {
    const int made = HEDDLE_NATIVE(signalfd)(file, mask, flags);
    return file == made ? made : new_file(made, HEDDLE_CALLER);
}
int memory_file(const char* name, unsigned flags) { return new_file(HEDDLE_NATIVE(memfd_create)(name, flags), HEDDLE_CALLER); }

// --- epoll: what comes before epoll_ctl() is seen by who gets the event ---

int poller(int size) { return new_file(HEDDLE_NATIVE(epoll_create)(size), HEDDLE_CALLER); }
int poller_with(int flags) { return new_file(HEDDLE_NATIVE(epoll_create1)(flags), HEDDLE_CALLER); }
int poller_change(int poller, int operation, int file, epoll_event* event) {
    used(file, HEDDLE_CALLER);
    sends(poller, HEDDLE_CALLER);
    return HEDDLE_NATIVE(epoll_ctl)(poller, operation, file, event);
}
/// Nothing is received by who only ran out of time.
template <typename Call>
int wait_for_events(int poller, std::uint64_t pc, Call call) {
    used(poller, pc);
    int count;
    {
        std::optional<WaitingFor> note;
        if (watching()) {
            const Inside inside;
            note.emplace(*me, Waiting::outside, 0, 0, pc);
        }
        count = call();
    }
    if (count > 0) received(poller);
    return count;
}
int tell_events(epoll_event* events, int count, std::uint64_t pc) {
    if (count > 0) access_range(reinterpret_cast<std::uint64_t>(events), static_cast<std::size_t>(count) * sizeof *events, Access::write, pc);
    return count;
}
int poller_wait(int poller, epoll_event* events, int most, int timeout) {
    return tell_events(events, wait_for_events(poller, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(epoll_wait)(poller, events, most, timeout); }),
                       HEDDLE_CALLER);
}
int poller_wait_masked(int poller, epoll_event* events, int most, int timeout, const sigset_t* mask) {
    return tell_events(events, wait_for_events(poller, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(epoll_pwait)(poller, events, most, timeout, mask); }),
                       HEDDLE_CALLER);
}

// --- reading and writing elsewhere in a file, eventfd's own functions, datagrams ---

ssize_t read_at(int file, void* to, std::size_t size, off_t offset) {
    const ssize_t got = receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pread)(file, to, size, offset); });
    if (got > 0) access_range(reinterpret_cast<std::uint64_t>(to), static_cast<std::size_t>(got), Access::write, HEDDLE_CALLER);
    return got;
}
ssize_t write_at(int file, const void* from, std::size_t size, off_t offset) {
    access_range(reinterpret_cast<std::uint64_t>(from), size, Access::read, HEDDLE_CALLER);
    sends(file, HEDDLE_CALLER);
    return HEDDLE_NATIVE(pwrite)(file, from, size, offset);
}
int event_take(int file, eventfd_t* value) {
    const int result = receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(eventfd_read)(file, value); });
    if (result == 0) access_range(reinterpret_cast<std::uint64_t>(value), sizeof *value, Access::write, HEDDLE_CALLER);
    return result;
}
int event_give(int file, eventfd_t value) {
    sends(file, HEDDLE_CALLER);
    return HEDDLE_NATIVE(eventfd_write)(file, value);
}
ssize_t receive_datagram(int file, void* to, std::size_t size, int flags, sockaddr* from, socklen_t* length) {
    const ssize_t got = receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(recvfrom)(file, to, size, flags, from, length); });
    if (got > 0) access_range(reinterpret_cast<std::uint64_t>(to), static_cast<std::size_t>(got), Access::write, HEDDLE_CALLER);
    return got;
}
ssize_t send_datagram(int file, const void* from, std::size_t size, int flags, const sockaddr* to, socklen_t length) {
    access_range(reinterpret_cast<std::uint64_t>(from), size, Access::read, HEDDLE_CALLER);
    sends(file, HEDDLE_CALLER);
    return HEDDLE_NATIVE(sendto)(file, from, size, flags, to, length);
}
int close_file(int file) {
    file_closed(file, HEDDLE_CALLER);
    return HEDDLE_NATIVE(close)(file);
}

ssize_t read_parts_at(int file, const iovec* parts, int count, off_t offset) {
    const ssize_t got = receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(preadv)(file, parts, count, offset); });
    touch_parts(parts, static_cast<std::size_t>(count), got, Access::write, HEDDLE_CALLER);
    return got;
}
ssize_t write_parts_at(int file, const iovec* parts, int count, off_t offset) {
    touch_parts(parts, static_cast<std::size_t>(count), static_cast<ssize_t>(size_of_parts(parts, count)), Access::read, HEDDLE_CALLER);
    sends(file, HEDDLE_CALLER);
    return HEDDLE_NATIVE(pwritev)(file, parts, count, offset);
}
int receive_messages(int file, mmsghdr* messages, unsigned count, int flags, timespec* until) {
    const int got = receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(recvmmsg)(file, messages, count, flags, until); });
    for (int i = 0; i < got; ++i)
        touch_parts(messages[i].msg_hdr.msg_iov, messages[i].msg_hdr.msg_iovlen, messages[i].msg_len, Access::write, HEDDLE_CALLER);
    return got;
}
int send_messages(int file, mmsghdr* messages, unsigned count, int flags) {
    sends(file, HEDDLE_CALLER);
    const int sent = HEDDLE_NATIVE(sendmmsg)(file, messages, count, flags);
    for (int i = 0; i < sent; ++i)
        touch_parts(messages[i].msg_hdr.msg_iov, messages[i].msg_hdr.msg_iovlen, messages[i].msg_len, Access::read, HEDDLE_CALLER);
    return sent;
}

/// Only what is asked is read, and the answers are written.
template <typename Call>
int poll_with(pollfd* files_asked, nfds_t count, std::uint64_t pc, Call call) {
    for (nfds_t i = 0; i < count; ++i) access_range(reinterpret_cast<std::uint64_t>(&files_asked[i]), 6, Access::read, pc);
    std::optional<WaitingFor> note;
    if (watching()) {
        const Inside inside;
        drain(*me);
        note.emplace(*me, Waiting::outside, 0, 0, pc);
    }
    const int result = call();
    note.reset();
    for (nfds_t i = 0; result >= 0 && i < count; ++i)
        access_range(reinterpret_cast<std::uint64_t>(&files_asked[i].revents), 2, Access::write, pc);
    return result;
}
int poll_files(pollfd* asked, nfds_t count, int timeout) {
    return poll_with(asked, count, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(poll)(asked, count, timeout); });
}
int poll_files_until(pollfd* asked, nfds_t count, const timespec* until, const sigset_t* mask) {
    return poll_with(asked, count, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(ppoll)(asked, count, until, mask); });
}

int close_stream(FILE* stream) {
    const int file = stream ? fileno(stream) : -1;
    file_closed(file, HEDDLE_CALLER);
    return HEDDLE_NATIVE(fclose)(stream);
}
FILE* temporary_stream() {
    FILE* stream = HEDDLE_NATIVE(tmpfile)();
    if (stream) opened(fileno(stream), any_file, HEDDLE_CALLER);
    return stream;
}

} // namespace

void file_used(int file, std::uint64_t pc) { used(file, pc); }
void file_sends(int file, std::uint64_t pc) { sends(file, pc); }
void file_received(int file) { received(file); }
void file_opened(int file, std::uint64_t pc) { new_file(file, pc); }
void file_closed(int file, std::uint64_t pc) {
    if (known(file) && file > 2) access(place(file), 3, Access::write, pc);
}

std::span<const Hook> file_hooks() {
    static const Hook hooks[]{
        hook("read", read_from), hook("write", write_to), hook("readv", read_parts), hook("writev", write_parts),
        hook("recv", receive_from), hook("send", send_to), hook("recvmsg", receive_message), hook("sendmsg", send_message),
        hook("pipe", pipe_plain), hook("pipe2", pipe_with), hook("socketpair", socket_pair), hook("socket", socket_new),
        hook("accept", socket_accept), hook("connect", socket_connect), hook("eventfd", event_new), hook("dup", duplicate),
        hook("dup2", duplicate_as), hook("dup3", duplicate_with), hook("fcntl", control), hook("fcntl64", control),
        hook("accept4", socket_accept_with), hook("openat", open_file_at), hook("openat64", open_file_at), hook("creat", create_file),
        hook("creat64", create_file), hook("mkstemp", make_temporary), hook("mkstemp64", make_temporary), hook("fopen", open_stream),
        hook("fopen64", open_stream), hook("timerfd_create", timer_file), hook("signalfd", signal_file), hook("memfd_create", memory_file),
        hook("epoll_create", poller), hook("epoll_create1", poller_with), hook("epoll_ctl", poller_change), hook("epoll_wait", poller_wait),
        hook("epoll_pwait", poller_wait_masked), hook("pread", read_at), hook("pread64", read_at), hook("pwrite", write_at),
        hook("pwrite64", write_at), hook("eventfd_read", event_take), hook("eventfd_write", event_give),
        hook("recvfrom", receive_datagram), hook("sendto", send_datagram),
        hook("preadv", read_parts_at), hook("preadv64", read_parts_at), hook("pwritev", write_parts_at), hook("pwritev64", write_parts_at),
        hook("recvmmsg", receive_messages), hook("sendmmsg", send_messages), hook("poll", poll_files), hook("ppoll", poll_files_until),
        hook("fclose", close_stream), hook("tmpfile", temporary_stream), hook("tmpfile64", temporary_stream), hook("__close", close_file),
        hook("__read", read_from), hook("__write", write_to),
        hook("open", open_file), hook("open64", open_file), hook("close", close_file),
    };
    return hooks;
}

} // namespace heddle::native
