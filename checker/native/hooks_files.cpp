// File descriptors. What one thread writes into a pipe, socket or eventfd happens before another reads it; closing a
// descriptor races with its use.
#include <array>
#include <mutex>
#include <optional>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "native/accesses.hpp"
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

/// The descriptor is new.
void opened(int file, int object, std::uint64_t pc) {
    if (!known(file) || !watching()) return;
    forget_accesses(place(file), 8);
    forget_syncs(place(file), 8);
    access(place(file), 3, Access::write, pc);
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
ssize_t read_parts(int file, const iovec* parts, int count) {
    return receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(readv)(file, parts, count); });
}
ssize_t write_parts(int file, const iovec* parts, int count) {
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
    return receive(file, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(recvmsg)(file, message, flags); });
}
ssize_t send_message(int file, const msghdr* message, int flags) {
    sends(file, HEDDLE_CALLER);
    return HEDDLE_NATIVE(sendmsg)(file, message, flags);
}

int pipe_with(int* ends, int flags) {
    const int result = HEDDLE_NATIVE(pipe2)(ends, flags);
    if (result == 0) opened(ends[0], ends[0], HEDDLE_CALLER), opened(ends[1], ends[0], HEDDLE_CALLER);
    return result;
}
int pipe_plain(int* ends) {
    const int result = HEDDLE_NATIVE(pipe2)(ends, 0);
    if (result == 0) opened(ends[0], ends[0], HEDDLE_CALLER), opened(ends[1], ends[0], HEDDLE_CALLER);
    return result;
}
int socket_pair(int domain, int type, int protocol, int* ends) {
    const int result = HEDDLE_NATIVE(socketpair)(domain, type, protocol, ends);
    if (result == 0) opened(ends[0], ends[0], HEDDLE_CALLER), opened(ends[1], ends[0], HEDDLE_CALLER);
    return result;
}
/// All sockets made by socket() and accept() are one object: who is connected to whom is not known.
constexpr int any_socket = 0;
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
int socket_connect(int file, const sockaddr* address, socklen_t size) {
    sends(file, HEDDLE_CALLER);
    return HEDDLE_NATIVE(connect)(file, address, size);
}
int event_new(unsigned value, int flags) {
    const int file = HEDDLE_NATIVE(eventfd)(value, flags);
    if (file >= 0) opened(file, file, HEDDLE_CALLER);
    return file;
}
int duplicate(int file) {
    used(file, HEDDLE_CALLER);
    const int made = HEDDLE_NATIVE(dup)(file);
    if (made >= 0) opened(made, known(file) ? static_cast<int>(object_of_file[static_cast<std::size_t>(file)]) - 1 : -1, HEDDLE_CALLER);
    return made;
}
int duplicate_as(int file, int wanted) {
    used(file, HEDDLE_CALLER);
    const int made = HEDDLE_NATIVE(dup2)(file, wanted);
    if (made >= 0 && made != file && made > 2)
        opened(made, known(file) ? static_cast<int>(object_of_file[static_cast<std::size_t>(file)]) - 1 : -1, HEDDLE_CALLER);
    return made;
}
int open_file(const char* path, int flags, mode_t mode) {
    const int file = HEDDLE_NATIVE(open)(path, flags, mode);
    if (file >= 0) opened(file, -1, HEDDLE_CALLER);
    return file;
}
int close_file(int file) {
    if (known(file) && file > 2) access(place(file), 3, Access::write, HEDDLE_CALLER);
    return HEDDLE_NATIVE(close)(file);
}

} // namespace

std::span<const Hook> file_hooks() {
    static const Hook hooks[]{
        hook("read", read_from), hook("write", write_to), hook("readv", read_parts), hook("writev", write_parts),
        hook("recv", receive_from), hook("send", send_to), hook("recvmsg", receive_message), hook("sendmsg", send_message),
        hook("pipe", pipe_plain), hook("pipe2", pipe_with), hook("socketpair", socket_pair), hook("socket", socket_new),
        hook("accept", socket_accept), hook("connect", socket_connect), hook("eventfd", event_new), hook("dup", duplicate),
        hook("dup2", duplicate_as), hook("open", open_file), hook("open64", open_file), hook("close", close_file),
    };
    return hooks;
}

} // namespace heddle::native
