// The forking thread takes all locks of the runtime that another one may hold, so that what they guard is whole in the
// child; a granule of the shadow that one had locked is free again in the child, because a cell is always whole.
// In the child the other threads are gone, and count as joined: the child has a copy of what they had done.
#include "native/forking.hpp"

#include <sys/mman.h>

#include <pthread.h>

#include "native/findings.hpp"
#include "native/inside.hpp"
#include "native/lock_order.hpp"
#include "native/process.hpp"
#include "native/recorder.hpp"
#include "native/sync.hpp"

namespace heddle::native {
namespace {

void before() {
    hold_syncs();
    hold_lock_orders();
    hold_findings();
    hold_threads();
}

void let_go() {
    let_threads_go();
    let_findings_go();
    let_lock_orders_go();
    let_syncs_go();
}

/// Nobody watches the child for standstill, and its parent's threads are not its own.
bool own_board() {
    void* memory = mmap(nullptr, sizeof(WatchBoard), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return false;
    board = static_cast<WatchBoard*>(memory);
    return true;
}

void in_child() {
    let_go();
    Thread* const thread = me;
    if (!thread || !own_board()) return leave_watch();
    const Inside inside;
    recording = nullptr;
    forget_other_threads(*thread);
    forget_faults(); // how it ends is its parent's business
}

} // namespace

void prepare_forks() { pthread_atfork(before, let_go, in_child); }

} // namespace heddle::native
