#include "native/findings.hpp"

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>

#include <unistd.h>

#include "native/callbacks.hpp"
#include "native/heap.hpp"
#include "native/hidden_state.hpp"
#include "native/inside.hpp"
#include "native/spin_lock.hpp"
#include "native/sync.hpp"

namespace heddle::native {
namespace {

int channel = -1;
SpinLock lock;
std::set<std::pair<std::uint64_t, std::uint64_t>>* races;

std::pair<std::uint64_t, std::uint64_t> key_of(Place one, Place other) {
    return std::minmax(node_of(one).pc, node_of(other).pc);
}

void fill_stack(Stack& stack, Place place) {
    stack.count = static_cast<std::uint32_t>(stack_of(place, stack.pcs.data(), stack.pcs.size()));
}

void fill_access(FoundAccess& access) {
    fill_stack(access.stack, access.place);
    LockSet held = access.place ? node_of(access.place).locks : 0;
    for (; held && access.lock_count < access.locks.size(); held = lock_node(held).others)
        access.locks[access.lock_count++] = sync_numbered(lock_node(held).sync).address;
}

void fill_thread(FoundThread& out, std::uint32_t serial) {
    out.serial = serial;
    if (const Thread* thread = thread_numbered(serial)) {
        out.parent = thread->parent;
        out.function = thread->function;
        fill_stack(out.created, thread->created_at);
    }
}

void fill_object(Found& found) {
    Block block;
    if (find_block(found.address, block)) {
        found.block.start = block.start;
        found.block.size = block.size;
        found.block.thread = block.thread;
        found.block.freed = block.freed;
        for (std::uint32_t i = 0; i < 2; ++i)
            if (block.freed_at && found.access[i].place == block.freed_at) found.block.freed_by = i + 1;
        found.block.freed_before = found.block.freed_by == 2 && me && me->clock[block.freed_slot] >= block.freed_epoch;
        fill_stack(found.block.allocated, block.place);
    }
    for (std::uint32_t serial = 0, count = thread_count(); serial < count; ++serial)
        if (const Thread* thread = thread_numbered(serial);
            thread && !thread->ended && found.address - thread->stack_low < thread->stack_high - thread->stack_low)
            found.stack_owner = serial;
}

} // namespace

void send_findings_to(int descriptor) {
    channel = descriptor;
    races = new std::set<std::pair<std::uint64_t, std::uint64_t>>;
}

void hold_findings() { lock.lock(); }
void let_findings_go() { lock.unlock(); }

void send(const Found& found) {
    if (channel < 0) return;
    if (!is_wanted(found)) return;
    const int saved = errno;
    while (write(channel, &found, sizeof found) < 0 && errno == EINTR) {}
    tell_program(found);
    errno = saved;
}

bool already_found(Place one, Place other) {
    const std::lock_guard guard(lock);
    return races->contains(key_of(one, other));
}

void found_race(FoundAccess later, FoundAccess earlier) {
    {
        const std::lock_guard guard(lock);
        if (!races->insert(key_of(later.place, earlier.place)).second) return;
    }
    Found found;
    found.kind = FoundKind::race;
    found.address = later.address;
    found.access = {later, earlier};
    for (FoundAccess& access : found.access) {
        fill_access(access);
        if (is_hidden(found.address)) access.call = hidden_call(node_of(access.place).pc);
    }
    fill_thread(found.thread[0], later.thread);
    fill_thread(found.thread[1], earlier.thread);
    fill_object(found);
    send(found);
}

namespace {

Found made(FoundKind kind, std::uint64_t address, const char* format, va_list arguments) {
    Found found;
    found.kind = kind;
    found.address = address;
    vsnprintf(found.text.data(), found.text.size(), format, arguments);
    return found;
}

void send_from(Thread& thread, Found& found, Place place) {
    const Inside inside;
    found.access[0].thread = thread.serial;
    found.access[0].place = place;
    fill_access(found.access[0]);
    fill_thread(found.thread[0], thread.serial);
    if (found.address) fill_object(found);
    send(found);
}

} // namespace

void found(FoundKind kind, std::uint64_t pc, std::uint64_t address, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Found found = made(kind, address, format, arguments);
    va_end(arguments);
    if (Thread* thread = me) {
        const Inside inside;
        send_from(*thread, found, place_of(*thread, pc));
    } else {
        send(found);
    }
}

void found_at(FoundKind kind, Place place, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Found found = made(kind, 0, format, arguments);
    va_end(arguments);
    if (Thread* thread = me) send_from(*thread, found, place);
    else send(found);
}

void found_leak(const Thread& thread) {
    Found found;
    found.kind = FoundKind::leak;
    found.address = thread.serial;
    found.access[0].thread = thread.parent;
    found.access[0].place = thread.created_at;
    fill_access(found.access[0]);
    fill_thread(found.thread[0], thread.parent);
    fill_thread(found.thread[1], thread.serial);
    send(found);
}

void found_limit(const char* text) {
    {
        static std::set<const char*>* said = new std::set<const char*>;
        const std::lock_guard guard(lock);
        if (!said->insert(text).second) return;
    }
    Found found;
    found.kind = FoundKind::limit;
    std::strncpy(found.text.data(), text, found.text.size() - 1);
    send(found);
}

} // namespace heddle::native
