// The machine, seen from the engine: it runs fibers, answers what memory holds, and puts it back. The other side, what the
// program sees, is in the hooks; both meet in ExploredBackend, which only switches fibers.

#include "runtime/machine.hpp"

#include <cstring>
#include <utility>

#include "core/error.hpp"
#include "runtime/crash.hpp"
#include "runtime/exception_memory.hpp"
#include "runtime/exit_functions.hpp"
#include "runtime/follow.hpp"
#include "runtime/heap.hpp"
#include "runtime/hidden_state.hpp"
#include "runtime/hooks.hpp"
#include "runtime/inputs.hpp"
#include "runtime/new_frame.hpp"
#include "runtime/memory.hpp"
#include "runtime/output.hpp"
#include "runtime/plain_spin.hpp"
#include "runtime/unhooked.hpp"
#include "runtime/visible_plain.inl"

#include <mutex> // std::__once_callable

extern "C" void heddle_called_as_program(); // entry.S

namespace heddle::runtime {

Backend* backend = nullptr;
Backend* listening = nullptr;
bool recording = false;
bool spurious_wakeups = false;
bool arrivals_ordered = false;
bool any_exit_status = false;

namespace {

/// Where an access is said to be: of library code that is followed, or that the runtime calls in the program's stead, at the
/// program's place.
std::uint64_t told_place(std::uint64_t pc) {
    if (pc == reinterpret_cast<std::uint64_t>(&heddle_called_as_program)) return current().import_call;
    return current().followed_count ? program_pc(pc) : pc;
}

/// Whether the address is one that the runtime itself keeps apart for each fiber.
bool is_private_runtime_memory(std::uint64_t address) {
    const auto fiber = reinterpret_cast<std::uint64_t>(heddle_current);
    if (address - fiber < sizeof(Fiber)) return true; // errno
    return address == reinterpret_cast<std::uint64_t>(&std::__once_callable) ||
           address == reinterpret_cast<std::uint64_t>(&std::__once_call);
}

/// One fiber runs at a time; a visible operation hands control to the engine.
class ExploredBackend final : public Backend {
public:
    Value perform(const Operation& operation) override {
        if (plain.on() && on_fiber()) plain.flush(hand_over);
        return hand_over(operation);
    }

    void settle() override {
        if (plain.on() && on_fiber()) plain.flush(hand_over);
    }

    static Value hand_over(const Operation& operation) {
        switch_to_engine(operation);
        return current().result;
    }

    void plain_read(std::uint64_t address, std::size_t size, std::uint64_t pc) override { read(address, size, pc, false); }

    void read(std::uint64_t address, std::size_t size, std::uint64_t pc, bool visible) {
        if (in_program_memory(address)) { // else they are constants of libraries
            if (sink) check_bounds(address, size, false, pc);
            const auto tell = [&](std::uint64_t from, std::size_t bytes) { tell_read(from, bytes, pc); };
            if (plain.on() && on_fiber()) [[unlikely]] plain.read(address, size, pc, visible, hand_over, tell);
            else tell_read(address, size, pc);
        }
        announced.note(address, size, false); // the access belongs to the segment that begins in here, if one does
    }

    void tell_read(std::uint64_t address, std::size_t size, std::uint64_t pc) {
        if (!sink) return;
        pc = told_place(pc);
        EngineScope scope;
        sink->read(address, size, pc);
    }

    void volatile_read(std::uint64_t address, std::size_t size, std::uint64_t pc) override {
        read(address, size, pc, plain.covers_volatile(*machine, address));
        pause(pc);
    }

    void plain_update(std::uint64_t address, std::size_t size, std::uint64_t pc) override {
        plain_read(address, size, pc);
        if (plain.covers(address, size)) return plain.write_back();
        plain_write(address, size, pc);
    }

    void program_read(std::uint64_t address, std::size_t size, std::uint64_t pc) override {
        plain_read(address, size, pc);
        pause(pc);
    }

    void pause(std::uint64_t pc) override {
        if (!sink || !on_fiber()) return;
        if (is_overdue()) stop_overdue(pc);
        bool waits = false;
        {
            EngineScope scope;
            waits = spin.is_back(pc);
        }
        if (waits)
            fail(Verdict::livelock, pc, "the thread goes round in a loop without any synchronisation: it need never see another value");
    }

    void plain_write(std::uint64_t address, std::size_t size, std::uint64_t pc) override { write(address, size, pc, false); }

    void volatile_write(std::uint64_t address, std::size_t size, std::uint64_t pc) override {
        write(address, size, pc, plain.covers_volatile(*machine, address));
    }

    void write(std::uint64_t address, std::size_t size, std::uint64_t pc, bool visible) {
        note_change(address);
        if (in_program_memory(address)) {
            if (sink) check_bounds(address, size, true, pc);
            const auto tell = [&](std::uint64_t from, std::size_t bytes) { tell_write(from, bytes, pc); };
            if (plain.on() && on_fiber()) [[unlikely]] plain.write(address, size, pc, visible, hand_over, tell);
            else tell_write(address, size, pc);
        } else if (!is_private_runtime_memory(address)) {
            opaque_call("a write to a library's memory");
        }
        announced.note(address, size, true);
    }

    void tell_write(std::uint64_t address, std::size_t size, std::uint64_t pc) {
        if (!sink) return;
        if (is_overdue() && on_fiber()) stop_overdue(pc);
        pc = told_place(pc);
        EngineScope scope;
        sink->write(address, size, pc);
    }

    bool is_visible(std::uint64_t address, std::uint64_t size) const override { return plain.covers(address, size); }

    /// Not by read() and write(): what a hook has announced just before may still be to come.
    void unhooked_access(std::uint64_t address, std::uint64_t size, bool writes, std::uint64_t pc) override {
        if (!sink) return;
        check_bounds(address, size, writes, pc);
        EngineScope scope;
        if (plain.covers(address, size)) return sink->unhooked(pc);
        if (writes) note_change(address), tell_write(address, size, pc);
        else tell_read(address, size, pc);
    }

    void note_change(std::uint64_t address) {
        if (address - current().stack_bottom >= current().stack_top - current().stack_bottom) spin.changed();
    }

    void opaque_call(const char* name) override {
        spin.changed();
        if (!sink) return;
        EngineScope scope;
        sink->opaque(name);
    }

    void release(std::uint64_t address, std::size_t size, std::uint64_t pc) override {
        spin.changed();
        if (!sink) return;
        EngineScope scope;
        sink->release(address, size, pc);
    }

    void note(const Note& note) override {
        settle();
        if (!sink) return;
        EngineScope scope;
        sink->note(note);
    }

    AccessSink* sink = nullptr;
    VisiblePlain plain;
    PlainSpin spin;
    const Machine* machine = nullptr;
};

} // namespace

struct Machine::Impl {
    program::Module& module;
    EntryPoint entry;
    ExploredBackend backend;
    char** argv = nullptr;
    char** environment = nullptr;

    Impl(program::Module& m, EntryPoint e) : module(m), entry(std::move(e)) {}

    /// argv and an empty environment, in memory that reset() puts back.
    void place_arguments() {
        Arena& heap = memory().constructors_heap();
        argv = static_cast<char**>(heap.allocate((entry.arguments.size() + 1) * sizeof(char*), 16, 0));
        for (std::size_t i = 0; i < entry.arguments.size(); ++i) {
            const std::string& text = entry.arguments[i];
            argv[i] = static_cast<char*>(heap.allocate(text.size() + 1, 1, 0));
            std::memcpy(argv[i], text.c_str(), text.size() + 1);
        }
        argv[entry.arguments.size()] = nullptr;
        environment = argv + entry.arguments.size();
    }

    static void* run_entry(void* impl) {
        auto& self = *static_cast<Impl*>(impl);
        const int count = static_cast<int>(self.entry.arguments.size());
        if (self.module.constructors_in_main()) self.module.run_constructors(count, self.argv, self.environment);
        if (self.entry.pattern) self.entry.pattern();
        else self.end_with(self.entry.main(count, self.argv, self.environment));
        end_process(self.place());
        return nullptr;
    }

    /// What the end of the process is said to belong to.
    std::uint64_t place() const {
        return 1 + (entry.pattern ? reinterpret_cast<std::uint64_t>(entry.pattern) : reinterpret_cast<std::uint64_t>(entry.main));
    }

    /// What main returns is what the program says of itself.
    void end_with(int status) const {
        if (status == 0 || any_exit_status) return;
        const std::uint64_t begin = place();
        {
            EngineScope scope;
            if (module.symbols().returns_nothing(begin)) return;
        }
        fail(Verdict::assertion, begin, "main returned %d: the program says that it failed", status);
    }
};

Machine::Machine(program::Module& module, EntryPoint entry) : impl_(std::make_unique<Impl>(module, std::move(entry))) {
    if (backend) throw InternalError("two machines in one process");
    impl_->place_arguments();
    place_exit_functions(module);
    memory().remember_constructors_heap();
    library_memory::remember();
    memory().remember_main_tls(module);
    std::uint64_t high = 0;
    for (const program::Segment& segment : module.segments()) {
        const auto start = reinterpret_cast<std::uint64_t>(segment.start);
        if (!module_data.low || start < module_data.low) module_data.low = start;
        high = std::max(high, start + segment.size);
    }
    module_data.size = high - module_data.low;
    backend = &impl_->backend;
    catch_crashes();
    prepare_to_follow();
    watch_for_unhooked(module);
    module.watch_writes();
    reset();
}

Machine::~Machine() {
    reset();
    impl_->module.stop_watching();
    stop_catching_crashes();
    recording = false;
    runtime::arrivals_ordered = false;
    listening = nullptr;
    backend = nullptr;
    module_data = {};
}

void Machine::reset() {
    impl_->backend.plain.forget_pending();
    memory().reset();
    reset_hidden_state();
    impl_->module.restore_segments();
    library_memory::put_back();
    exception_memory::reset();
    forget_keys();
    inputs.given.clear();
    clear_output();
}

const Operation& Machine::start(ThreadId thread) {
    Fiber& fiber = memory().fiber(thread);
    if (fiber.started) throw InternalError("a thread was started twice");
    memory().note_started(fiber);
    memory().fill_tls(fiber, impl_->module);
    if (thread == 0) {
        take_exit_calls_of_constructors(fiber);
        fiber.start = {Impl::run_entry, impl_.get(), reinterpret_cast<std::uint64_t>(impl_->entry.pattern), 0};
    }
    memory().give_stack(fiber, fiber.start.stack_size);
    if (!fiber.start.function) throw InternalError("a thread was started that nobody created");
    prepare(fiber);
    switch_to(fiber);
    ++operations_;
    return *fiber.pending;
}

const Operation& Machine::resume(ThreadId thread, Value result) {
    Fiber& fiber = *memory().known(thread);
    ++operations_;
    if (fiber.then && !std::exchange(fiber.then, nullptr)(fiber, result)) return *fiber.pending;
    fiber.result = result;
    if (recording) {
        // clang leaves the load in the code whose hook has just been asked: its value is not used.
        if (fiber.operation.size) announced.note(fiber.operation.address, fiber.operation.size, false);
        follow_from_hook(fiber);
    }
    switch_to(fiber);
    return *fiber.pending;
}

void Machine::bind_child(ThreadId parent, ThreadId child) {
    memory().fiber(child).start = memory().fiber(parent).request;
}

void Machine::listen(AccessSink* sink) {
    impl_->backend.sink = sink;
    recording = sink != nullptr;
    announced.clear(); // a fault: tests/faults/inline_memset_memcpy.c, where another thread announces the same bytes
    listening = sink || impl_->backend.plain.on() ? &impl_->backend : nullptr;
}

void Machine::make_plain_visible(const VisibleMemory& memory) {
    impl_->backend.machine = this;
    impl_->backend.plain.turn_on(memory);
    listen(nullptr);
}

void Machine::clear_dead_stacks(bool clear) {
    if (clear) learn_frames();
    stacks_are_cleared = clear;
}

void Machine::watch_all_accesses() { watch_all_unhooked(); }

void Machine::write(std::uint64_t address, Value value, unsigned size) {
    void* place = reinterpret_cast<void*>(address);
    switch (size) {
    case 1: std::memcpy(place, &value, 1); return;
    case 2: std::memcpy(place, &value, 2); return;
    case 4: std::memcpy(place, &value, 4); return;
    case 8: std::memcpy(place, &value, 8); return;
    default: std::memcpy(place, &value, size);
    }
}

std::uint64_t Machine::word_at_start(std::uint64_t address) const {
    std::uint64_t word = word_now(address);
    auto* bytes = reinterpret_cast<std::byte*>(&word);
    if (slice::holds(address)) {
        memory().at_start(address, sizeof word, impl_->module, bytes);
        return word;
    }
    for (std::size_t i = 0; i < sizeof word; ++i)
        if (library_memory::holds(address + i)) bytes[i] = library_memory::at_start(address + i);
    for (const program::Segment& segment : impl_->module.segments())
        for (std::size_t i = 0; i < sizeof word; ++i) {
            const std::uint64_t offset = address + i - reinterpret_cast<std::uint64_t>(segment.start);
            if (offset < segment.size) bytes[i] = segment.initial[offset];
        }
    return word;
}

std::uint64_t Machine::word_now(std::uint64_t address) const {
    std::uint64_t word = 0;
    std::memcpy(&word, reinterpret_cast<const void*>(address), sizeof word);
    return word;
}

void Machine::list_shared_memory(ThreadId thread, std::vector<Stretch>& out) const {
    const auto add = [&](std::uint64_t from, std::uint64_t to, const std::byte* initial, bool grows) {
        const std::uint64_t start = (from + 7) & ~7ull, end = to & ~7ull;
        if (start < end || grows) out.push_back({start, std::max(start, end) - start, initial, grows});
    };
    impl_->module.for_each_written([&](std::byte* start, std::size_t size, const std::byte* initial) {
        const auto from = reinterpret_cast<std::uint64_t>(start);
        add(from, from + size, initial, false);
    });
    const Arena& constructors = memory().constructors_heap();
    add(constructors.begin(), constructors.used_end(), nullptr, false);
    // The thread's own heap is listed also before it has started, when it is empty.
    const Arena& own = *memory().fiber(thread).heap;
    add(own.begin(), own.used_end(), nullptr, true);
    for (const Fiber* fiber : memory().started()) {
        if (fiber->number == thread) continue;
        add(fiber->heap->begin(), fiber->heap->used_end(), nullptr, false);
        if (fiber->ended) continue;
        if (fiber->entry.rsp >= fiber->stack_bottom) add(fiber->entry.rsp, fiber->stack_top, nullptr, false);
        const auto tls = reinterpret_cast<std::uint64_t>(fiber->tls);
        add(tls, tls + impl_->module.tls_size(), nullptr, false);
    }
}

bool Machine::owns(std::uint64_t address) const {
    if (!slice::holds(address)) {
        for (const program::Segment& segment : impl_->module.segments())
            if (address - reinterpret_cast<std::uint64_t>(segment.start) < segment.size) return true;
        return library_memory::holds(address);
    }
    if (stack_owner(address) != max_threads) return true;
    const std::uint64_t index = slice::index_of(address), offset = address - slice::start_of(index);
    if (offset >= slice::heap) return block_at(address).size != 0;
    return memory().known(index) && offset - slice::tls < impl_->module.tls_size();
}

bool Machine::on_stack_of(ThreadId thread, std::uint64_t address) const {
    const Fiber* fiber = memory().known(thread);
    return fiber && address > fiber->entry.rsp && address < fiber->stack_top;
}

std::uint64_t Machine::stack_pointer(ThreadId thread) const {
    const Fiber* fiber = memory().known(thread);
    return fiber ? fiber->entry.rsp : 0;
}

ThreadId Machine::stack_owner(std::uint64_t address) const {
    if (!slice::holds(address)) return max_threads;
    const std::uint64_t index = slice::index_of(address);
    const Fiber* fiber = memory().known(index);
    return fiber && address >= fiber->stack_bottom && address < fiber->stack_top ? static_cast<ThreadId>(index)
                                                                                 : max_threads;
}

Machine::Block Machine::block_at(std::uint64_t address) const {
    const Block* block = memory().block_at(address);
    return block ? *block : Block{};
}

std::vector<std::uint64_t> Machine::stack_of(ThreadId thread) const {
    const Fiber* fiber = memory().known(thread);
    std::vector<std::uint64_t> places;
    if (!fiber || !fiber->pending) return places;
    if (impl_->module.contains(fiber->pending->pc)) places.push_back(fiber->pending->pc);
    constexpr std::size_t enough = 256; // of an endless recursion
    for (std::uint32_t i = std::min(fiber->depth, fiber->max_depth); i-- > 0 && places.size() < enough;)
        if (impl_->module.contains(fiber->calls[i])) places.push_back(fiber->calls[i]);
    return places;
}

std::uint64_t Machine::function_of(ThreadId thread) const {
    const Fiber* fiber = memory().known(thread);
    return fiber && thread != 0 ? fiber->start.user_function : 0;
}

std::string Machine::name_of(ThreadId thread) const {
    const Fiber* fiber = memory().known(thread);
    return fiber ? fiber->name : "";
}

std::vector<Frame> Machine::frames_of(ThreadId thread) const {
    const Fiber* fiber = memory().known(thread);
    return fiber ? runtime::frames_of(*fiber) : std::vector<Frame>();
}

Machine::ThreadLocal Machine::thread_local_at(std::uint64_t address) const {
    if (!slice::holds(address)) return {};
    const std::uint64_t index = slice::index_of(address), offset = address - slice::start_of(index);
    if (!memory().known(index) || offset < slice::tls || offset - slice::tls >= impl_->module.tls_size()) return {};
    return {static_cast<ThreadId>(index), offset - slice::tls};
}

std::string_view Machine::output() const { return captured_output(); }

void Machine::set_spurious_wakeups(bool possible) { spurious_wakeups = possible; }

void Machine::order_arrivals(bool ordered) { runtime::arrivals_ordered = ordered; }

bool Machine::arrivals_ordered() const { return runtime::arrivals_ordered; }

void Machine::allow_any_exit_status(bool allowed) { any_exit_status = allowed; }

void Machine::give_inputs(const std::vector<InputValue>* values) {
    inputs.concrete = values != nullptr;
    inputs.values = values ? *values : std::vector<InputValue>();
    inputs.given.clear();
}

const std::vector<InputValue>& Machine::inputs_given() const { return inputs.given; }

void Machine::check_overflow(bool check) { overflow_checked = check; }

unsigned Machine::set_watchdog(unsigned milliseconds) { return watch(milliseconds); }

} // namespace heddle::runtime
