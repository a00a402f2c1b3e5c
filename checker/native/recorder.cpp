#include "native/recorder.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "native/terms.hpp"

namespace heddle::native {

trace::RecordingFile* recording = nullptr;
std::uint64_t module_begin = 0, module_end = 0;

namespace {

std::uint64_t microseconds() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

/// Of a term its value in this run: which expression it came from is said by the terms alone.
Value plain_value(const trace::RecordedEvent& event) {
    const bool access = event.kind >= Recorder::Kind::atomic_read && event.kind <= Recorder::Kind::plain_write;
    return access && event.size == sizeof(Word) && is_expression(Word(event.value)) ? number_of(Word(event.value)) : event.value;
}

bool in_module(std::uint64_t pc) { return pc - module_begin < module_end - module_begin; }

} // namespace

/// For the name of what the thread runs: its start function may be the standard library's.
void Recorder::note_stack(std::uint64_t pc) {
    constexpr std::uint32_t most_stacks = 4, most_calls = 8;
    if (thread_.depth <= deepest_ || stacks_ == most_stacks || thread_.serial == 0) [[likely]] return;
    deepest_ = thread_.depth;
    ++stacks_;
    trace::RecordedEvent call;
    call.kind = trace::RecordedKind(trace::FileKind::call);
    call.other = 1;
    const auto put = [&](std::uint64_t at) {
        if (!in_module(at)) return;
        call.value = at - module_begin;
        writer_.put(call);
        call.other = 0;
    };
    const std::uint32_t depth = std::min(thread_.depth, max_depth);
    for (std::uint32_t i = 0; i < std::min(depth, most_calls); ++i) put(thread_.frames[i].pc);
    if (depth <= most_calls) put(pc);
}

void Recorder::put(trace::RecordedEvent event, std::uint64_t pc) {
    static const std::uint64_t begin = microseconds();
    // In a library: the call that led there.
    for (std::uint32_t i = std::min(thread_.depth, max_depth); !in_module(pc) && i > 0; --i) pc = thread_.frames[i - 1].pc;
    event.pc = in_module(pc) ? pc - module_begin : 0;
    event.time = static_cast<std::uint32_t>(microseconds() - begin);
    event.value = plain_value(event);
    note_stack(pc);
    writer_.put(event);
}

void Recorder::finish_write() {
    if (unfinished_.kind == Kind::none) return;
    std::uint64_t value = 0;
    std::memcpy(&value, reinterpret_cast<const void*>(unfinished_.address), unfinished_.size);
    unfinished_.value = value;
    unfinished_.value = plain_value(unfinished_);
    writer_.put(unfinished_);
    unfinished_.kind = Kind::none;
}

void Recorder::plain(std::uint64_t address, unsigned size, bool write, std::uint64_t pc) {
    finish_write();
    trace::RecordedEvent event;
    event.address = address;
    event.size = static_cast<std::uint8_t>(size);
    event.kind = write ? Kind::plain_write : Kind::plain_read;
    if (!write) {
        std::uint64_t value = 0;
        std::memcpy(&value, reinterpret_cast<const void*>(address), size);
        event.value = value;
        put(event, pc);
        return;
    }
    for (std::uint32_t i = std::min(thread_.depth, max_depth); !in_module(pc) && i > 0; --i) pc = thread_.frames[i - 1].pc;
    event.pc = in_module(pc) ? pc - module_begin : 0;
    note_stack(pc);
    unfinished_ = event;
}

void Recorder::block(std::uint64_t address, std::size_t size, std::uint64_t pc, bool freed) {
    finish_write();
    trace::RecordedEvent event;
    event.address = address;
    event.value = size;
    event.kind = freed ? Kind::release : Kind::allocate;
    put(event, pc);
}

void Recorder::sync(Kind kind, Sync& object, std::uint64_t pc, Value value, std::uint32_t other, MemoryOrder order,
                    unsigned size, bool same_sequence) {
    finish_write();
    trace::RecordedEvent event;
    event.address = object.address;
    event.value = value;
    event.kind = kind;
    event.other = other;
    event.order = order;
    event.size = static_cast<std::uint8_t>(size);
    event.sequence = same_sequence ? object.sequence : ++object.sequence;
    put(event, pc);
}

void Recorder::event(Kind kind, std::uint64_t pc, std::uint64_t address, std::uint32_t other, Value value, MemoryOrder order) {
    finish_write();
    trace::RecordedEvent event;
    event.address = address;
    event.value = value;
    event.kind = kind;
    event.other = other;
    event.order = order;
    put(event, pc);
}

void Recorder::input(const trace::RecordedInput& input, std::uint64_t pc) {
    finish_write();
    trace::put_input(writer_, input);
    event(Kind::input, pc, 0, input.number + 1, input.value);
}

void Recorder::decision(Kind kind, std::uint32_t term, bool holds, Verdict verdict, std::uint64_t pc) {
    finish_write();
    trace::RecordedEvent event;
    event.kind = kind;
    event.value = holds;
    event.other = term + 1;
    event.size = kind == Kind::ensure ? static_cast<std::uint8_t>(verdict) : 0;
    put(event, pc);
}

void begin_recording(Thread& thread) {
    if (!recording) return;
    thread.recorder = new Recorder(recording->writer(thread.serial), thread);
    const std::uint64_t function = in_module(thread.function) ? thread.function - module_begin : 0;
    const Value stack = thread.stack_low | Value{thread.stack_high - thread.stack_low} << 64;
    thread.recorder->event(Recorder::Kind::start, 0, function, thread.parent, stack);
}

} // namespace heddle::native
