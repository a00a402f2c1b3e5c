// Pipes and eventfds within the program, and poll on them: in memory. What a reader waits for is a counter, as a semaphore's: the
// bytes in a pipe, the value of an eventfd. A pipe whose writing end is closed has a large number more, so that nobody waits.
//
// Their numbers depend on who makes them and on nothing else. More than 4096 bytes through one pipe, and descriptors that are made
// in static constructors, are not modelled. Tests: tests/primitives/pipe*, eventfd*, poll*.

#include "primitives/descriptor/explored.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstring>

#include "primitives/clock/explored.hpp"
#include "runtime/outside_state.hpp"
#include "runtime/heap.hpp"
#include "runtime/hooks.hpp"
#include "runtime/import_table.hpp"

using namespace heddle;
using namespace heddle::runtime;
using namespace heddle::primitives;

namespace {

constexpr std::uint64_t closed = std::uint64_t{1} << 30; ///< in the counter of a pipe
constexpr std::uint64_t capacity = 4096;

/// In the program's memory.
struct Channel {
    std::uint64_t counter;
    std::uint32_t reading, writing; ///< queues: one reads, one writes at a time
    std::uint32_t read_at, write_at; ///< of a pipe, guarded by those
    std::uint32_t no_reader;         ///< 1: the reading end is closed
    std::uint8_t open[2];            ///< the reading end (or the eventfd), the writing end
    bool is_pipe, one_by_one;
    char bytes[capacity];
};

/// What a number means: kept beside the program, but known only to who was given the number.
struct End {
    Channel* channel = nullptr;
    bool writes = false, waits = true;
};

constexpr int first_number = 128, most_of_thread = 16, most_threads = 48;
End ends[most_threads][most_of_thread];
int used[most_threads];

/// Also for continuations, which run outside of the fiber.
End* known_end(int descriptor) {
    const int number = descriptor - first_number;
    if (number < 0 || number >= most_threads * most_of_thread) return nullptr;
    End& end = ends[number / most_of_thread][number % most_of_thread];
    return end.channel && number % most_of_thread < used[number / most_of_thread] ? &end : nullptr;
}

End* end_of(int descriptor) { return from_fiber() ? known_end(descriptor) : nullptr; }

int number_for(const End& end, std::uint64_t pc) {
    const ThreadId thread = current().number;
    if (thread >= most_threads || used[thread] == most_of_thread) fail(Verdict::unsupported, pc, "so many pipes and eventfds of one thread are not modelled");
    ends[thread][used[thread]] = end;
    return first_number + static_cast<int>(thread) * most_of_thread + used[thread]++;
}

Channel* make_channel(bool is_pipe, std::uint64_t pc) {
    outside_state = "pipes and eventfds";
    auto* const channel = static_cast<Channel*>(allocate_for_program(sizeof(Channel), 16, AllocatedBy::malloc, pc));
    if (!channel) fail(Verdict::unsupported, pc, "no memory for a pipe");
    plain_write(channel, offsetof(Channel, bytes), pc);
    channel->is_pipe = is_pipe;
    channel->open[0] = channel->open[1] = 1;
    return channel;
}

// Continuations. In Fiber::scratch:
enum { the_channel, the_place, the_size, the_count, does_wait };

Channel& channel_of(const Fiber& fiber) { return *reinterpret_cast<Channel*>(fiber.scratch[the_channel]); }
std::uint64_t at(const void* place) { return reinterpret_cast<std::uint64_t>(place); }

bool returns(Value& result, std::int64_t value) {
    result = static_cast<std::uint64_t>(value);
    return true;
}

bool fails_with(Fiber& fiber, Value& result, int error) {
    fiber.error_number = error;
    return returns(result, -1);
}

bool update(Fiber& fiber, RmwFunction function, const void* word, unsigned size, std::uint64_t operand, Continuation then) {
    and_then(fiber, OpKind::rmw, at(word), then);
    fiber.operation.function = function;
    fiber.operation.size = static_cast<std::uint8_t>(size);
    fiber.operation.order = MemoryOrder::seq_cst;
    fiber.operation.operand = operand;
    return false;
}

bool take_one(Fiber& fiber, Continuation then) {
    update(fiber, RmwFunction::take, &channel_of(fiber).counter, 8, 1, then);
    if (fiber.scratch[does_wait]) fiber.operation.wait = Wait::semaphore;
    return false;
}

bool read_done(Fiber& fiber, Value& result) {
    if (fiber.scratch[the_count] == 0 && fiber.scratch[does_wait] == 0) return fails_with(fiber, result, EAGAIN);
    return returns(result, static_cast<std::int64_t>(fiber.scratch[the_count] == closed ? 0 : fiber.scratch[the_count]));
}

bool give_up_reading(Fiber& fiber, Value&) { return and_then(fiber, OpKind::unlock, at(&channel_of(fiber).reading), read_done); }

bool copied_from_pipe(Fiber& fiber, Value& result) {
    Channel& channel = channel_of(fiber);
    const std::uint64_t pc = fiber.operation.pc, size = fiber.scratch[the_count];
    auto* const place = reinterpret_cast<void*>(fiber.scratch[the_place]);
    plain_read(&channel.read_at, sizeof channel.read_at, pc);
    plain_read(channel.bytes + channel.read_at, size, pc);
    plain_write(place, size, pc);
    std::memcpy(place, channel.bytes + channel.read_at, size);
    plain_write(&channel.read_at, sizeof channel.read_at, pc);
    channel.read_at += static_cast<std::uint32_t>(size);
    return give_up_reading(fiber, result);
}

/// One byte is taken, or of the mark of a closed end.
bool first_byte_taken(Fiber& fiber, Value& result) {
    const auto before = static_cast<std::uint64_t>(result);
    const std::uint64_t bytes = before % closed;
    if (!takes(result, 1)) {
        fiber.scratch[the_count] = 0;
        return give_up_reading(fiber, result);
    }
    if (bytes == 0) { // the end of the file
        fiber.scratch[the_count] = closed;
        return update(fiber, RmwFunction::add, &channel_of(fiber).counter, 8, 1, give_up_reading);
    }
    const std::uint64_t count = std::min(bytes, fiber.scratch[the_size]);
    fiber.scratch[the_count] = count;
    if (count == 1) return copied_from_pipe(fiber, result);
    return update(fiber, RmwFunction::sub, &channel_of(fiber).counter, 8, count - 1, copied_from_pipe);
}

bool may_read(Fiber& fiber, Value&) { return take_one(fiber, first_byte_taken); }

bool place_to_read(Fiber& fiber, Value& result) {
    if (result == 0) return and_then(fiber, OpKind::grant, at(&channel_of(fiber).reading), may_read);
    return may_read(fiber, result);
}

bool value_given(Fiber& fiber, Value& result) {
    const std::uint64_t value = fiber.scratch[the_count] + static_cast<std::uint64_t>(result);
    auto* const place = reinterpret_cast<std::uint64_t*>(fiber.scratch[the_place]);
    plain_write(place, sizeof *place, fiber.operation.pc);
    *place = value;
    return returns(result, 8);
}

bool event_taken(Fiber& fiber, Value& result) {
    if (!takes(result, 1)) return fails_with(fiber, result, EAGAIN);
    fiber.scratch[the_count] = 1;
    result = 0;
    if (channel_of(fiber).one_by_one) return value_given(fiber, result);
    return update(fiber, RmwFunction::exchange, &channel_of(fiber).counter, 8, 0, value_given);
}

bool added(Fiber& fiber, Value& result) { return returns(result, static_cast<std::int64_t>(fiber.scratch[the_size])); }

bool write_done(Fiber& fiber, Value&) {
    return and_then(fiber, OpKind::unlock, at(&channel_of(fiber).writing), added);
}

bool may_write(Fiber& fiber, Value&) {
    Channel& channel = channel_of(fiber);
    const std::uint64_t pc = fiber.operation.pc, size = fiber.scratch[the_size];
    plain_read(&channel.write_at, sizeof channel.write_at, pc);
    plain_write(&channel.write_at, sizeof channel.write_at, pc);
    plain_write(channel.bytes + channel.write_at, size, pc);
    std::memcpy(channel.bytes + channel.write_at, reinterpret_cast<void*>(fiber.scratch[the_place]), size);
    channel.write_at += static_cast<std::uint32_t>(size);
    return update(fiber, RmwFunction::add, &channel.counter, 8, size, write_done);
}

bool place_to_write(Fiber& fiber, Value& result) {
    if (result == 0) return and_then(fiber, OpKind::grant, at(&channel_of(fiber).writing), may_write);
    return may_write(fiber, result);
}

/// The end is used: races with whoever closes it. @return false: it is closed
bool use(const End& end, std::uint64_t pc) {
    const std::uint8_t* const open = &end.channel->open[end.writes];
    plain_read(open, 1, pc);
    return *open;
}

long set_error(int error) {
    current().error_number = error;
    return -1;
}

void about(const End& end, const void* place, std::size_t size) {
    Fiber& fiber = current();
    fiber.scratch[the_channel] = at(end.channel);
    fiber.scratch[the_place] = at(place);
    fiber.scratch[the_size] = size;
    fiber.scratch[the_count] = 0;
    fiber.scratch[does_wait] = end.waits;
}

Operation& first_update(RmwFunction function, std::uint64_t operand, const void* word, std::uint64_t pc) {
    Operation& op = pending_operation(OpKind::rmw, word, pc);
    op.function = function;
    op.size = 8;
    op.order = MemoryOrder::seq_cst;
    op.operand = operand;
    return op;
}

ssize_t read_from(const End& end, void* place, std::size_t size, std::uint64_t pc) {
    if (!use(end, pc) || end.writes) return set_error(EBADF);
    if (size == 0) return 0;
    about(end, place, size);
    if (end.channel->is_pipe) {
        pending_operation(OpKind::ticket, &end.channel->reading, pc);
        return suspend_and_return<ssize_t>(place_to_read);
    }
    if (size < 8) return set_error(EINVAL);
    Operation& op = first_update(RmwFunction::take, 1, &end.channel->counter, pc);
    if (end.waits) op.wait = Wait::semaphore;
    return suspend_and_return<ssize_t>(event_taken);
}

ssize_t write_to(const End& end, const void* data, std::size_t size, std::uint64_t pc) {
    if (!use(end, pc) || (end.channel->is_pipe && !end.writes)) return set_error(EBADF);
    plain_read(data, size, pc);
    if (!end.channel->is_pipe) {
        if (size < 8) return set_error(EINVAL);
        about(end, data, 8);
        std::uint64_t value = 0;
        std::memcpy(&value, data, 8);
        first_update(RmwFunction::add, value, &end.channel->counter, pc);
        return suspend_and_return<ssize_t>(added);
    }
    plain_read(&end.channel->no_reader, sizeof end.channel->no_reader, pc);
    if (end.channel->no_reader) fail(Verdict::crash, pc, "SIGPIPE: a pipe is written to that nobody reads any more");
    if (end.channel->write_at + size > capacity) fail(Verdict::unsupported, pc, "more than %lu bytes through one pipe are not modelled", capacity);
    about(end, data, size);
    pending_operation(OpKind::ticket, &end.channel->writing, pc);
    return suspend_and_return<ssize_t>(place_to_write);
}

bool closing_told(Fiber&, Value& result) { return returns(result, 0); }

// poll: one descriptor after the other; a round in which none is ready is a wait, or has taken its time.

enum { the_set, the_number, the_limit, the_index, ready };

bool looked_at(Fiber& fiber, Value& result);

/// The next descriptor that somebody asks about, or the end of the round.
bool look_at_next(Fiber& fiber, Value& result) {
    auto* const set = reinterpret_cast<pollfd*>(fiber.scratch[the_set]);
    const auto count = fiber.scratch[the_number];
    if (fiber.scratch[the_index] == count) {
        const auto limit = static_cast<std::int64_t>(fiber.scratch[the_limit]);
        if (fiber.scratch[ready] || limit >= 0) {
            if (!fiber.scratch[ready]) pass(fiber, limit * 1'000'000);
            return returns(result, static_cast<std::int64_t>(fiber.scratch[ready]));
        }
        fiber.scratch[the_index] = 0;
    }
    const End* const end = known_end(set[fiber.scratch[the_index]].fd);
    and_then(fiber, OpKind::load, at(&end->channel->counter), looked_at);
    fiber.operation.size = 8;
    fiber.operation.order = MemoryOrder::seq_cst;
    if (static_cast<std::int64_t>(fiber.scratch[the_limit]) < 0) fiber.operation.wait = Wait::condition;
    return false;
}

bool looked_at(Fiber& fiber, Value& result) {
    pollfd& asked = reinterpret_cast<pollfd*>(fiber.scratch[the_set])[fiber.scratch[the_index]++];
    const End& end = *known_end(asked.fd);
    const auto counter = static_cast<std::uint64_t>(result);
    short found = 0;
    if (end.writes || !end.channel->is_pipe) found |= asked.events & POLLOUT;
    if (!end.writes && counter && !(end.channel->is_pipe && counter == closed)) found |= asked.events & POLLIN;
    if (!end.writes && end.channel->is_pipe && counter >= closed) found |= POLLHUP;
    plain_write(&asked.revents, sizeof asked.revents, fiber.operation.pc);
    asked.revents = found;
    fiber.scratch[ready] += found != 0;
    return look_at_next(fiber, result);
}

} // namespace

namespace heddle::primitives {

void forget_descriptors() { std::fill(std::begin(used), std::end(used), 0); }

} // namespace heddle::primitives

extern "C" int heddle_pipe2(int* descriptors, int flags) {
    if (!from_fiber()) return HEDDLE_REAL(pipe2, descriptors, flags);
    Channel* const channel = make_channel(true, HEDDLE_PC);
    plain_write(descriptors, 2 * sizeof *descriptors, HEDDLE_PC);
    const bool waits = !(flags & O_NONBLOCK);
    descriptors[0] = number_for({channel, false, waits}, HEDDLE_PC);
    descriptors[1] = number_for({channel, true, waits}, HEDDLE_PC);
    return 0;
}

extern "C" int heddle_pipe(int* descriptors) { return heddle_pipe2(descriptors, 0); }

extern "C" int heddle_eventfd(unsigned value, int flags) {
    if (!from_fiber()) return HEDDLE_REAL(eventfd, value, flags);
    Channel* const channel = make_channel(false, HEDDLE_PC);
    channel->counter = value;
    channel->one_by_one = flags & EFD_SEMAPHORE;
    return number_for({channel, false, !(flags & EFD_NONBLOCK)}, HEDDLE_PC);
}

extern "C" ssize_t heddle_heddle_descriptor_read(int descriptor, void* place, std::size_t size) {
    if (const End* const end = end_of(descriptor)) return read_from(*end, place, size, HEDDLE_PC);
    if (from_fiber()) {
        plain_write(place, size, HEDDLE_PC);
        if (listening) listening->opaque_call("read");
    }
    const ssize_t count = ::read(descriptor, place, size);
    if (on_fiber()) current().error_number = errno;
    return count;
}

extern "C" ssize_t heddle_write(int descriptor, const void* data, std::size_t size);
extern "C" ssize_t heddle_heddle_descriptor_write(int descriptor, const void* data, std::size_t size) {
    if (const End* const end = end_of(descriptor)) return write_to(*end, data, size, HEDDLE_PC);
    return heddle_write(descriptor, data, size);
}

extern "C" int heddle_heddle_descriptor_close(int descriptor) {
    const End* const end = end_of(descriptor);
    if (!end) {
        if (from_fiber() && listening) listening->opaque_call("close");
        const int result = ::close(descriptor);
        if (on_fiber()) current().error_number = errno;
        return result;
    }
    const std::uint64_t pc = HEDDLE_PC;
    if (!use(*end, pc)) return static_cast<int>(set_error(EBADF));
    Channel& channel = *end->channel;
    plain_write(&channel.open[end->writes], 1, pc);
    channel.open[end->writes] = 0;
    if (!channel.is_pipe) return 0;
    if (!end->writes) {
        plain_write(&channel.no_reader, sizeof channel.no_reader, pc);
        channel.no_reader = 1;
        return 0;
    }
    first_update(RmwFunction::add, closed, &channel.counter, pc);
    return suspend_and_return<int>(closing_told);
}

extern "C" int heddle_heddle_descriptor_poll(pollfd* set, nfds_t count, int milliseconds) {
    const std::uint64_t pc = HEDDLE_PC;
    plain_read(set, count * sizeof *set, pc);
    for (nfds_t i = 0; i < count; ++i)
        if (!end_of(set[i].fd)) fail_unsupported("poll, but on pipes and eventfds,", pc);
    if (count == 0) fail_unsupported("poll without descriptors", pc);
    Fiber& fiber = current();
    fiber.scratch[the_set] = at(set);
    fiber.scratch[the_number] = count;
    fiber.scratch[the_limit] = static_cast<std::uint64_t>(static_cast<std::int64_t>(milliseconds));
    fiber.scratch[the_index] = fiber.scratch[ready] = 0;
    Operation& op = pending_operation(OpKind::load, &end_of(set[0].fd)->channel->counter, pc);
    op.size = 8;
    op.order = MemoryOrder::seq_cst;
    if (milliseconds < 0) op.wait = Wait::condition;
    return suspend_and_return<int>(looked_at);
}

/// Of descriptors only whether they wait can be set.
extern "C" int heddle_fcntl(int descriptor, int command, long argument) {
    if (End* const end = end_of(descriptor)) {
        if (command == F_GETFL) return (end->waits ? 0 : O_NONBLOCK) | (end->channel->is_pipe ? end->writes ? O_WRONLY : O_RDONLY : O_RDWR);
        if (command == F_SETFL) end->waits = !(argument & O_NONBLOCK);
        else if (command != F_SETFD && command != F_GETFD) fail_unsupported("fcntl, but for O_NONBLOCK,", HEDDLE_PC);
        return 0;
    }
    if (from_fiber() && listening) listening->opaque_call("fcntl");
    const int result = ::fcntl(descriptor, command, argument);
    if (on_fiber()) current().error_number = errno;
    return result;
}

extern "C" {
void heddle_descriptor_read();
void heddle_descriptor_write();
void heddle_descriptor_close();
void heddle_descriptor_poll();
}

namespace {

const Replacement rows[]{
    with("pipe", heddle_pipe),
    with("pipe2", heddle_pipe2),
    with("eventfd", heddle_eventfd),
    with("read", heddle_descriptor_read),
    with("write", heddle_descriptor_write),
    with("close", heddle_descriptor_close),
    with("poll", heddle_descriptor_poll),
    with("fcntl", heddle_fcntl),
    with("fcntl64", heddle_fcntl),
};
const Replacements entered{rows};

} // namespace
