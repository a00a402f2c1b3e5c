#include "native/thread.hpp"

#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "native/accesses.hpp"
#include "native/address_space.hpp"
#include "native/findings.hpp"
#include "native/spin_lock.hpp"

namespace heddle::native {

thread_local constinit Thread* me = nullptr;
WatchBoard* board = nullptr;
ThreadHooks thread_does;

namespace {

struct Retired {
    Slot slot;
    Epoch last;
};

struct Owner {
    Epoch first;
    std::uint32_t serial;
};

/// Everything about all threads. Changed rarely: when one begins, ends, is joined.
struct Registry {
    SpinLock lock;
    std::vector<Thread*> threads; ///< by serial; never freed: reports name them after their end
    std::vector<Thread*> live;
    std::vector<Retired> retired;
    std::array<std::vector<Owner>, max_slots> owners;
    Slot next_slot = 0;
    std::vector<Frame*> stacks; ///< of ended threads
};

Registry* all;
bool adopting = true;
thread_local constinit bool known_before = false; ///< the calling thread is, or was, known

/// A slot whose former owner ended before whatever the parent does now, or else a new one; with the first free epoch.
Retired choose_slot(const Thread* parent) {
    for (std::size_t i = 0; i < all->retired.size(); ++i) {
        const Retired candidate = all->retired[i];
        if (!parent || parent->clock[candidate.slot] < candidate.last || candidate.last >= max_epoch / 2) continue;
        all->retired.erase(all->retired.begin() + static_cast<std::ptrdiff_t>(i));
        return {candidate.slot, candidate.last + 1};
    }
    if (all->next_slot < max_slots) return {all->next_slot++, 1};
    for (std::size_t i = 0; i < all->retired.size(); ++i) {
        // Nobody can tell its accesses from those of the former owner any more: races between the two are not seen.
        const Retired candidate = all->retired[i];
        if (candidate.last >= max_epoch - 1) continue;
        all->retired.erase(all->retired.begin() + static_cast<std::ptrdiff_t>(i));
        return {candidate.slot, candidate.last + 1};
    }
    found_limit("the program has more than 1024 threads at once, more than the race detector can tell apart: the run was ended there");
    std::_Exit(3);
}

void take_slot(Thread& thread, const Thread* parent) {
    const Retired chosen = choose_slot(parent);
    thread.slot = chosen.slot;
    thread.known = std::max(thread.known, chosen.slot + 1);
    thread.set_epoch(chosen.last);
    thread.news = true;
    all->owners[chosen.slot].push_back({chosen.last, thread.serial});
}

Thread* register_thread(const Thread* parent) {
    auto* memory = reserve(sizeof(Thread));
    auto* thread = new (memory) Thread;
    thread->serial = static_cast<std::uint32_t>(all->threads.size());
    if (parent) {
        thread->known = parent->known;
        std::copy_n(parent->clock.begin(), parent->known, thread->clock.begin());
    }
    take_slot(*thread, parent);
    if (all->stacks.empty()) {
        thread->frames = static_cast<Frame*>(reserve(sizeof(Frame) * (max_depth + 16)));
    } else {
        thread->frames = all->stacks.back();
        all->stacks.pop_back();
    }
    all->threads.push_back(thread);
    all->live.push_back(thread);
    if (thread->serial < max_watched) {
        thread->watched = &board->thread[thread->serial];
        board->threads.store(thread->serial + 1);
    } else {
        static Watched nobody_looks;
        thread->watched = &nobody_looks;
    }
    return thread;
}

} // namespace

namespace {

/// Recursion does not make contexts without end: a call that is on the way already leads back to its place there.
Place call_from(Place caller, std::uint64_t pc) {
    Place place = caller;
    for (unsigned steps = 0; place && steps < 64; ++steps, place = node_of(place).caller)
        if (node_of(place).pc == pc) return place;
    return place_of(caller, pc, 0);
}

} // namespace

Place context_of(Thread& thread) {
    const std::uint32_t depth = std::min(thread.depth, max_depth);
    if (!depth) return 0;
    for (std::uint32_t i = thread.placed; i < depth; ++i) {
        Frame& frame = thread.frames[i];
        const Place caller = i ? thread.frames[i - 1].place : 0;
        KnownCall& known = thread.calls[(frame.pc * 0x9e3779b97f4a7c15 ^ caller * 0xc2b2ae3d27d4eb4fu) >> 57];
        if (known.pc != frame.pc || known.caller != caller) known = {frame.pc, caller, call_from(caller, frame.pc)};
        frame.place = known.place;
    }
    thread.placed = depth;
    return thread.frames[depth - 1].place;
}

Epoch release_epoch(Thread& thread) {
    const Epoch now = thread.epoch();
    if (!thread.news) return now - 1; // nothing belongs to this epoch yet
    thread.news = false;
    if (now < max_epoch - 1) { // the last one is that of released memory
        thread.set_epoch(now + 1);
        return now;
    }
    // Out of epochs: the thread goes on in another slot. Its last epoch here stays in its clock like any other's.
    const std::lock_guard guard(all->lock);
    take_slot(thread, &thread);
    thread.news = false;
    return thread.epoch() - 1;
}

void release_to(Thread& thread, Message& message, bool add) {
    const Epoch own = release_epoch(thread);
    if (add) message.join(thread.clock.data(), thread.known, thread.slot, own);
    else message.assign(thread.clock.data(), thread.known, thread.slot, own);
}

void acquire_from(Thread& thread, const Message& message) {
    if (message.acquire_into(thread.clock.data(), thread.known)) thread.news = true;
}

void begin_threads() {
    all = new Registry;
    all->threads.reserve(1 << 16);
    enter_thread(register_thread(nullptr));
}

Thread* new_thread(Thread& parent, std::uint64_t function, std::uint64_t pc) {
    const Place place = place_of(parent, pc);
    // The child knows all that its creator did so far: the creator's own entry as of now, and then a new epoch.
    const Epoch own = release_epoch(parent);
    const std::lock_guard guard(all->lock);
    Thread* child = register_thread(&parent);
    if (child->slot != parent.slot) child->clock[parent.slot] = own;
    child->created_at = place;
    child->parent = parent.serial;
    child->function = function;
    child->watched->function = function;
    child->strong.copy(parent.strong);
    child->strong.raise(parent.slot, own);
    return child;
}

void enter_thread(Thread* thread) {
    thread->busy = true; // what libc allocates here is no allocation of the program
    me = thread;
    known_before = true;
    thread->handle = pthread_self();
    thread->system_id = static_cast<std::uint32_t>(gettid());
    thread->random = 0x9e3779b97f4a7c15u * (thread->serial + 1);
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        void* low = nullptr;
        std::size_t size = 0;
        pthread_attr_getstack(&attributes, &low, &size);
        pthread_attr_destroy(&attributes);
        thread->stack_low = reinterpret_cast<std::uint64_t>(low);
        thread->stack_high = thread->stack_low + size;
        // The stack may have been another thread's.
        if (thread->serial) forget_accesses(thread->stack_low, size);
    }
    thread->watched->system_id = thread->system_id;
    thread->watched->alive = 1;
    thread->busy = false;
}

Thread* adopt_thread() {
    Thread* thread;
    {
        const std::lock_guard guard(all->lock);
        thread = register_thread(nullptr);
        for (const Thread* other : all->live) {
            for (Slot i = 0; i < other->known; ++i)
                if (i != thread->slot) thread->clock[i] = std::max(thread->clock[i], other->clock[i]);
            thread->known = std::max(thread->known, other->known);
        }
        thread->foreign = thread->detached = true;
    }
    enter_thread(thread);
    return thread;
}

bool only_thread() {
    const std::lock_guard guard(all->lock);
    return all->live.size() == 1;
}

bool no_thread() {
    const std::lock_guard guard(all->lock);
    return all->live.empty();
}

void hold_threads() { all->lock.lock(); }
void let_threads_go() { all->lock.unlock(); }

void forget_other_threads(Thread& self) {
    const std::lock_guard guard(all->lock);
    for (Thread* other : all->live) {
        if (other == &self) continue;
        free_granule_of(*other);
        for (Slot i = 0; i < other->known; ++i) self.clock[i] = std::max(self.clock[i], i == self.slot ? self.clock[i] : other->clock[i]);
        self.known = std::max(self.known, other->known);
        other->ended = true;
        other->watched = &board->thread[max_watched - 1]; // in case it is a fiber
        all->retired.push_back({other->slot, other->epoch()});
    }
    for (Thread* thread : all->threads) thread->joined = thread->joined || thread != &self; // the parent's to tell
    self.news = true;
    all->live = {&self};
    self.watched = &board->thread[std::min(self.serial, max_watched - 1)];
    self.watched->system_id = self.system_id = static_cast<std::uint32_t>(gettid());
    self.watched->alive = 1;
    board->threads.store(std::min(self.serial + 1, max_watched));
    self.recorder = nullptr;
}

void acquire_from_all(Thread& thread) {
    const std::lock_guard guard(all->lock);
    for (const Thread* other : all->threads) {
        if (other == &thread) continue;
        for (Slot i = 0; i < other->known; ++i)
            if (i != thread.slot) thread.clock[i] = std::max(thread.clock[i], other->clock[i]);
        thread.known = std::max(thread.known, other->known);
    }
    thread.news = true;
}

std::uint32_t others_running() {
    const std::lock_guard guard(all->lock);
    std::uint32_t count = 0;
    for (const Thread* thread : all->live) count += thread != me && thread->watched->waiting != Waiting::ended;
    return count;
}

void meet_unknown_thread() {
    if (!all || known_before || !adopting) return;
    known_before = true;
    adopt_thread();
    thread_does.will_end();
}

bool bar_meeting(bool bar) {
    const bool before = known_before;
    known_before = bar;
    return before;
}

void forget_unknown_threads() { adopting = false; }

void leave_thread(Thread& thread) {
    thread.final.assign(thread.clock.data(), thread.known, thread.slot, thread.epoch());
    thread.watched->waiting = Waiting::ended;
    thread.watched->alive = 0;
    forget_accesses(thread.stack_low, thread.stack_high - thread.stack_low); // others will live there
    {
        const std::lock_guard guard(all->lock);
        std::erase(all->live, &thread);
        all->stacks.push_back(thread.frames);
        thread.frames = nullptr;
        if (thread.detached) all->retired.push_back({thread.slot, thread.epoch()});
    }
    thread.ended.store(true, std::memory_order_release);
    me = nullptr;
}

void abandon_thread(Thread* thread) {
    const std::lock_guard guard(all->lock);
    std::erase(all->live, thread);
    thread->joined = true;
    thread->watched->waiting = Waiting::ended;
    all->retired.push_back({thread->slot, thread->epoch()});
}

Thread* thread_with(pthread_t handle) {
    const std::lock_guard guard(all->lock);
    for (auto thread = all->threads.rbegin(); thread != all->threads.rend(); ++thread)
        if ((*thread)->handle == handle && !(*thread)->joined) return *thread;
    return nullptr;
}

bool was_joined(pthread_t handle) {
    const std::lock_guard guard(all->lock);
    return std::ranges::any_of(all->threads, [&](const Thread* thread) { return thread->handle == handle && thread->joined; });
}

Thread* thread_numbered(std::uint32_t serial) {
    const std::lock_guard guard(all->lock);
    return serial < all->threads.size() ? all->threads[serial] : nullptr;
}

std::uint32_t serial_of(Slot slot, Epoch epoch) {
    const std::lock_guard guard(all->lock);
    std::uint32_t serial = 0;
    for (const Owner& owner : all->owners[slot])
        if (owner.first <= epoch) serial = owner.serial;
    return serial;
}

std::uint32_t thread_count() {
    const std::lock_guard guard(all->lock);
    return static_cast<std::uint32_t>(all->threads.size());
}

bool known_to_all(Slot slot, Epoch epoch) {
    const std::lock_guard guard(all->lock);
    for (const Thread* thread : all->live)
        if (thread->slot != slot && thread->clock[slot] < epoch) return false;
    return true;
}

void retire_thread(Thread& thread) {
    const std::lock_guard guard(all->lock);
    if (thread.joined) return;
    thread.joined = true;
    all->retired.push_back({thread.slot, thread.final[thread.slot]});
}

} // namespace heddle::native
